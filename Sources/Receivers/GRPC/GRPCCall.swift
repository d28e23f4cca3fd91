import NIOHPACK

/// What is known of a call from its header.
struct GRPCCall {
  enum Method {
    case export
    case checkHealth
  }

  private static let exportPath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
  private static let healthCheckPath = "/grpc.health.v1.Health/Check"

  let method: Method
  /// How a message is packed that says it is compressed.
  let coding: ContentCoding

  /// The call's deadline, `grpc-timeout`, is not read: when it passes the client itself takes the call back, and what
  /// has come by then is worth storing.
  ///
  /// - Throws: `notGRPC` and `methodNotAllowed`, which are answered in HTTP's words; `unauthorized`, `unknownCall`,
  ///   `unsupportedMessageEncoding`.
  init(_ headers: HPACKHeaders, gatekeeper: Gatekeeper?) throws(Refusal) {
    var (verb, path, mediaType, encoding) = ("", "", "", "identity")
    var authorization: String?
    for (name, value, _) in headers {
      switch name {
      case ":method": verb = value
      case ":path": path = value
      case "content-type": mediaType = value
      case "grpc-encoding": encoding = value
      case "authorization": authorization = value
      default: break
      }
    }
    guard Self.isGRPC(mediaType) else { throw .notGRPC(mediaType) }
    guard verb == "POST" else { throw .methodNotAllowed(verb) }
    // Who only asks whether we are there needs no token: orchestrators have none.
    if path != Self.healthCheckPath, let refusal = gatekeeper?.refusal(ofAuthorization: authorization) { throw refusal }
    switch path {
    case Self.exportPath: method = .export
    case Self.healthCheckPath: method = .checkHealth
    default: throw .unknownCall(path: path)
    }
    guard let coding = ContentCoding(named: encoding) else { throw .unsupportedMessageEncoding(encoding) }
    self.coding = coding
  }

  /// Messages of other kinds, such as `application/grpc+json`, are none that we could read.
  private static func isGRPC(_ mediaType: String) -> Bool {
    if mediaType == "application/grpc" || mediaType == "application/grpc+proto" { return true }
    let essence = mediaType.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
    return essence == "application/grpc" || essence == "application/grpc+proto"
  }
}
