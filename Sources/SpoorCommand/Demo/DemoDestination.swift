/// Where one transport of the demo leads: somewhere, or `off`.
enum DemoDestination: Hashable, Sendable {
  case off
  case at(Destination)

  /// - Throws: also where the URL names another transport than this option is for.
  init(parsing text: String, for transport: Destination.Transport) throws(SendingError) {
    if text == "off" {
      self = .off
      return
    }
    let destination = try Destination(parsing: text)
    guard destination.transport == transport else { throw .wrongTransport(text, wanted: transport) }
    self = .at(destination)
  }

  var destination: Destination? {
    if case .at(let destination) = self { destination } else { nil }
  }
}

extension DemoDestination: CustomStringConvertible {
  var description: String { destination?.description ?? "off" }
}
