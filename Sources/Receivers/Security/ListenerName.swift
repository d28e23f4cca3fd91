/// What a listener is called where its files are told of, and what it offers in ALPN.
package struct ListenerName: Hashable, Sendable, CustomStringConvertible {
  package let description: String
  let applicationProtocols: [String]

  static let grpc = ListenerName(.grpc)
  static let http = ListenerName(.http)
  static let tcp = ListenerName(.tcp)
  /// The HTTP server that answers questions, which is no receiver.
  package static let api = ListenerName(description: "api", applicationProtocols: ["http/1.1"])

  init(_ transport: Transport) {
    self.init(description: transport.rawValue, applicationProtocols: transport.applicationProtocols)
  }

  private init(description: String, applicationProtocols: [String]) {
    self.description = description
    self.applicationProtocols = applicationProtocols
  }
}
