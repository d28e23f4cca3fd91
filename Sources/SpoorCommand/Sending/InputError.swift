/// Why a file cannot be read as spans. Offsets count bytes from the start of the file.
enum InputError: Error, Equatable, Sendable {
  case unreadable(reason: String)
  case tooLarge(limit: Int)
  case cutOffFrame(at: Int)
  case cutOffJSON(at: Int)
  case noJSONObject(at: Int)
  /// A document that is JSON but not OTLP, or not even JSON.
  case malformedJSON(documentAt: Int, reason: String)
}

extension InputError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .tooLarge(let limit): "is larger than \(limit >> 20) MiB; send it in parts"
    case .cutOffFrame(let offset): "is cut off: the frame at byte \(offset) has no end"
    case .cutOffJSON(let offset): "is cut off: the JSON object at byte \(offset) has no end"
    case .noJSONObject(let offset): "holds no JSON object at byte \(offset)"
    case .malformedJSON(let offset, let reason): "is no OTLP JSON in the object at byte \(offset): \(reason)"
    }
  }
}
