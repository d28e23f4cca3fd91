import TraceModel

/// How a call ended, for its trailers. This file alone says which status a verdict or a refusal becomes.
///
/// Clients send again after CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE and DATA_LOSS, and after
/// RESOURCE_EXHAUSTED if it comes with RetryInfo (https://opentelemetry.io/docs/specs/otlp/#failures).
struct GRPCStatus: Equatable {
  /// https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
  enum Code: Int {
    case ok = 0
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case resourceExhausted = 8
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case unauthenticated = 16
  }

  var code: Code
  var message = ""
  /// Seconds after which the sender should try again.
  var retryAfter: Int?

  static let ok = GRPCStatus(code: .ok)

  init(code: Code, message: String = "", retryAfter: Int? = nil) {
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
  }

  /// OK also when spans were rejected; and UNAVAILABLE for all that is worth another attempt, because it is the one
  /// status that every client takes so.
  init(_ verdict: Verdict) {
    switch verdict {
    case .accepted, .partlyRejected: self.init(code: .ok)
    case .malformed(let why): self.init(code: .invalidArgument, message: why)
    case .overloaded: self.init(code: .unavailable, message: "too much is under way; try again", retryAfter: 1)
    case .unavailable(let why): self.init(code: .unavailable, message: why, retryAfter: 5)
    }
  }

  /// As gRPC's own servers answer, where they meet the same.
  init(_ refusal: Refusal) {
    let code: Code =
      switch refusal {
      case .bodyTooLarge, .frameTooLarge, .headerTooLarge: .resourceExhausted
      case .unknownCall, .unsupportedMessageEncoding, .notFound, .methodNotAllowed, .unsupportedEncoding: .unimplemented
      case .timedOut: .deadlineExceeded
      case .tooManyConnections, .receiveMemoryFull: .unavailable
      case .unauthorized: .unauthenticated
      default: .internal
      }
    self.init(code: code, message: refusal.description, retryAfter: refusal.isRetryable ? 1 : nil)
  }
}
