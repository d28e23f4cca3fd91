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
  let keepsAlive: Bool
  /// How the answer is encoded: as the body is, or as the sender would have it.
  let encoding: PayloadEncoding
  /// How the body is compressed.
  let coding: ContentCoding
  /// What the answer says about web pages, if any may send.
  let cors: CORSGrant?
  /// Why the request will be refused, if it will.
  let refusal: Refusal?

  /// Whether a browser only asks if a page may send; there is no payload then.
  var isPreflight: Bool { cors?.isPreflight == true }

  init(
    _ head: HTTPRequestHead, limits: ReceiverLimits, door: HTTPDoor = .otlp, cors policy: CORSPolicy = .off,
    gatekeeper: Gatekeeper? = nil
  ) {
    let headers = head.headers
    version = head.version
    isHead = head.method == .HEAD
    contentLength = headers.first(name: "content-length").flatMap { Int($0) }
    expectsContinue = head.version != .http1_0 && headers.first(name: "expect")?.lowercased() == "100-continue"
    // An upgrade may be declined by an ordinary answer (RFC 9110, 7.8), but the parser reads nothing more after one.
    keepsAlive = head.isKeepAlive && head.method != .CONNECT && !headers.contains(name: "upgrade")
    let payloadEncoding = door.encoding(of: headers)
    encoding = payloadEncoding ?? PayloadEncoding(acceptedBy: headers)
    let payloadCoding = Self.coding(in: headers)
    coding = payloadCoding ?? .identity
    cors = policy.grant(for: head)
    refusal =
      Self.framingProblem(of: head).map { .malformedHTTP($0) }
      ?? (cors?.isPreflight == true
        // Browsers ask without the page's tokens.
        ? Self.refusal(ofPreflight: head, cors, door)
        : gatekeeper?.refusal(ofAuthorization: headers.first(name: "authorization"))
          ?? Self.refusal(of: head, door, payloadEncoding, payloadCoding, contentLength, limits))
  }

  /// What NIO's parser lets through although two programs could disagree about where such a request ends.
  private static func framingProblem(of head: HTTPRequestHead) -> String? {
    if head.headers.contains(name: "transfer-encoding") {
      let codings = head.headers["transfer-encoding"]
      if codings.count != 1 || codings[0].lowercased() != "chunked" { return "a Transfer-Encoding other than chunked" }
      if head.version == .http1_0 { return "a Transfer-Encoding in HTTP/1.0" }
    }
    return head.headers["host"].count > 1 ? "more than one Host" : nil
  }

  private static func refusal(
    ofPreflight head: HTTPRequestHead, _ grant: CORSGrant?, _ door: HTTPDoor
  ) -> Refusal? {
    guard let grant else { return nil }
    if grant.allowedOrigin == nil { return .originNotAllowed(grant.origin ?? "") }
    let path = path(of: head, door)
    return path == door.path ? nil : .notFound(path: path, wanted: door.path)
  }

  private static func refusal(
    of head: HTTPRequestHead, _ door: HTTPDoor, _ encoding: PayloadEncoding?, _ coding: ContentCoding?,
    _ contentLength: Int?, _ limits: ReceiverLimits
  ) -> Refusal? {
    let path = path(of: head, door)
    guard path == door.path else { return .notFound(path: path, wanted: door.path) }
    guard head.method == .POST else { return .methodNotAllowed(head.method.rawValue, at: door.path) }
    guard encoding != nil else {
      return .unsupportedMediaType(head.headers.first(name: "content-type") ?? "")
    }
    guard coding != nil else {
      return .unsupportedEncoding(head.headers["content-encoding"].joined(separator: ", "))
    }
    if let contentLength, contentLength > limits.bodyByteCountMax {
      return .bodyTooLarge(limit: limits.bodyByteCountMax)
    }
    return nil
  }

  /// Without the query, and without the scheme and host that proxies are sent (RFC 9112, 3.2.2).
  private static func path(of head: HTTPRequestHead, _ door: HTTPDoor) -> String {
    if head.uri == door.path { return head.uri }
    var target = head.uri[...]
    if let mark = target.firstRange(of: "://"), ["http", "https"].contains(target[..<mark.lowerBound].lowercased()) {
      target = target[mark.upperBound...].drop { $0 != "/" && $0 != "?" }
    }
    return String(target.prefix { $0 != "?" })
  }

  /// Nil for a coding that we do not know, and for several at once.
  private static func coding(in headers: HTTPHeaders) -> ContentCoding? {
    guard headers.contains(name: "content-encoding") else { return .identity }
    let names = headers[canonicalForm: "content-encoding"].filter { !$0.isEmpty && $0.lowercased() != "identity" }
    switch names.count {
    case 0: return .identity
    case 1: return ContentCoding(named: names[0])
    default: return nil
    }
  }
}
