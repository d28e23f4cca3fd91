/// Why a whole request or answer was refused. Nothing of it may be used.
package enum DecodeError: Error, Equatable, Sendable {
  /// Not what it says it is. `at` counts bytes from the start.
  case malformed(at: Int, String)
  /// Attribute values inside one another past `AttributeValue.depthMax`.
  case tooDeep(at: Int)
  /// A resource, scope or answer would take far more memory than it has bytes.
  case overBudget(at: Int)
  case tooLarge(byteCount: Int, limit: Int)
  case tooManySpans(limit: Int)
  case tooManyGroups(limit: Int)
  /// The system gave no address space to unpack into.
  case outOfMemory
}

extension DecodeError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .malformed(let offset, let what): "malformed at byte \(offset): \(what)"
    case .tooDeep(let offset):
      "attribute values nested deeper than \(RequestLimits.valueDepthMax) at byte \(offset)"
    case .overBudget(let offset): "the message at byte \(offset) takes too much memory for its size"
    case .tooLarge(let byteCount, let limit): "\(byteCount) bytes in one request; send at most \(limit)"
    case .tooManySpans(let limit): "too many spans in one request; send at most \(limit)"
    case .tooManyGroups(let limit): "too many resources and scopes in one request; send at most \(limit)"
    case .outOfMemory: "no memory to unpack the request"
    }
  }
}
