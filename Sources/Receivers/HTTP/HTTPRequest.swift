import NIOHTTP1

/// What is known of a request from its head.
struct HTTPRequest {
  let version: HTTPVersion
  /// HEAD, whose answer has no body.
  let isHead: Bool
  /// The body's length, if the sender said it.
  let contentLength: Int?
  /// Whether the sender waits for "100 Continue" before it sends the body.
  let expectsContinue: Bool
  /// Whether the connection is to be kept when the request is answered.
  var keepsAlive: Bool
  /// Why the request will be refused, if it will.
  let refusal: Refusal?

  init(_ head: HTTPRequestHead, limits: ReceiverLimits, gatekeeper: Gatekeeper? = nil) {
    version = head.version
    isHead = head.method == .HEAD
    contentLength = head.headers.first(name: "content-length").flatMap { Int($0) }
    expectsContinue =
      head.version != .http1_0 && head.headers.first(name: "expect")?.lowercased() == "100-continue"
    // An upgrade may be declined by an ordinary answer (RFC 9110, 7.8), but the parser reads nothing more after one.
    keepsAlive = head.isKeepAlive && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
    refusal =
      gatekeeper?.refusal(ofAuthorization: head.headers.first(name: "authorization"))
      ?? Self.refusal(of: head, contentLength: contentLength, limits: limits)
  }

  private static func refusal(of head: HTTPRequestHead, contentLength: Int?, limits: ReceiverLimits) -> Refusal? {
    let path = head.uri.prefix { $0 != "?" }
    guard path == "/v1/traces" else { return .notFound(path: String(path)) }
    guard head.method == .POST else { return .methodNotAllowed(head.method.rawValue) }
    let mediaType = head.headers.first(name: "content-type") ?? ""
    guard isProtobuf(mediaType) else { return .unsupportedMediaType(mediaType) }
    if head.headers.contains(name: "content-encoding") {
      let encodings = head.headers[canonicalForm: "content-encoding"]
      if let other = encodings.first(where: { $0.lowercased() != "identity" }) {
        return .unsupportedEncoding(String(other))
      }
    }
    if let contentLength, contentLength > limits.bodyByteCountMax {
      return .bodyTooLarge(limit: limits.bodyByteCountMax)
    }
    return nil
  }

  /// Parameters such as a charset say nothing about protobuf and are ignored.
  private static func isProtobuf(_ mediaType: String) -> Bool {
    if mediaType == "application/x-protobuf" { return true }
    let essence = mediaType.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
    return essence.lowercased() == "application/x-protobuf"
  }
}
