import NIOCore
import NIOHTTP1
import TraceModel

/// A response to one request. This file alone says which status a verdict or a refusal becomes.
struct HTTPReply {
  var status: HTTPResponseStatus
  var body: [UInt8]
  /// Seconds after which the sender should try again.
  var retryAfter: Int?
  /// What stands in `Allow`.
  var allow: String?
  /// What stands in `WWW-Authenticate`.
  var challenge: String?
  /// Whether the rest of the request will not be read.
  var closesConnection = false

  /// To a browser that asked whether a page may send.
  static let toPreflight = HTTPReply(status: .noContent, body: [])

  private init(status: HTTPResponseStatus, body: [UInt8]) {
    self.status = status
    self.body = body
  }

  /// What OTLP asks for: 200 also when spans were rejected, and 503 as the one status that all senders retry
  /// (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response).
  /// - Parameter accepted: what it is to whoever is asked by another API than OTLP.
  init(_ answer: PayloadAnswer, accepted: HTTPResponseStatus = .ok) {
    body = answer.body
    switch answer.verdict {
    case .accepted, .partlyRejected: status = accepted
    case .malformed: status = .badRequest
    case .overloaded:
      status = .serviceUnavailable
      retryAfter = 1
    case .unavailable:
      status = .serviceUnavailable
      retryAfter = 5
    }
  }

  init(_ refusal: Refusal, body: [UInt8]) {
    self.body = body
    switch refusal {
    case .bodyTooLarge, .frameTooLarge, .truncatedDatagram:
      status = .payloadTooLarge
      closesConnection = true
    case .truncatedBody, .truncatedFrame, .emptyDatagram, .notOTLPOverXRay, .malformedHTTP, .headerTooLarge:
      status = .badRequest
      closesConnection = true
    case .malformedCompression: status = .badRequest
    case .originNotAllowed: status = .forbidden
    // gRPC's alone.
    case .notHTTP2, .malformedHTTP2, .notGRPC, .unknownCall, .unsupportedMessageEncoding, .malformedCall,
      .tooManyFrames:
      status = .badRequest
    case .notFound: status = .notFound
    case .methodNotAllowed:
      status = .methodNotAllowed
      allow = "POST"
    case .unsupportedMediaType, .unsupportedEncoding: status = .unsupportedMediaType
    case .timedOut:
      status = .requestTimeout
      closesConnection = true
    case .tooManyConnections, .receiveMemoryFull:
      status = .serviceUnavailable
      retryAfter = 1
      closesConnection = true
    case .unauthorized:
      status = .unauthorized
      challenge = refusal.challenge
      closesConnection = true
    // Nobody whom HTTP could tell of it.
    case .tlsHandshakeFailed:
      status = .badRequest
      closesConnection = true
    }
  }

  /// The head of the response to a request, nil if not even its head could be read. The connection is kept if
  /// `keepsAlive`.
  func head(for request: HTTPRequest?, at door: HTTPDoor = .otlp, keepsAlive: Bool) -> HTTPResponseHead {
    var headers = HTTPHeaders()
    headers.reserveCapacity(4)
    // 204 has neither (RFC 9110, 8.6).
    if status != .noContent {
      headers.add(name: "Content-Type", value: door.answerType(request?.encoding ?? .protobuf))
      headers.add(name: "Content-Length", value: String(body.count))
    }
    if let retryAfter { headers.add(name: "Retry-After", value: String(retryAfter)) }
    if let allow { headers.add(name: "Allow", value: allow) }
    if let challenge { headers.add(name: "WWW-Authenticate", value: challenge) }
    request?.cors?.add(to: &headers, hasRetryAfter: retryAfter != nil)
    if !keepsAlive {
      headers.add(name: "Connection", value: "close")
    } else if request?.version == .http1_0 {
      headers.add(name: "Connection", value: "keep-alive")
    }
    return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
  }
}
