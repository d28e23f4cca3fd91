import NIOCore

/// Why something could not be sent, or its answer not be had.
enum SendingError: Error, Equatable, Sendable {
  enum DestinationFault: Equatable, Sendable {
    case noTransport
    case unknownTransport(String)
    case noHostAndPort
  }

  case invalidDestination(String, DestinationFault)
  /// A URL that is fine but for an option of another transport.
  case wrongTransport(String, wanted: Destination.Transport)
  case invalidURL(String)

  case unknownHost(String)
  /// Nobody listens there.
  case connectionRefused(Authority)
  /// The system's words for why there is no way to it.
  case unreachable(Authority, reason: String)
  /// `during` is true when the answer had begun.
  case connectionClosed(Authority, duringAnswer: Bool)
  case timedOut(Authority, after: TimeAmount)
  /// TLS did not come about, or the server ended it with a complaint.
  case noTLS(Authority, reason: String)
  /// A certificate or a key that is to be shown or trusted.
  case unusableFile(String, reason: String)

  /// The server says no for good.
  case refused(Authority, status: Int, message: String)
  /// The server says "later", and did so to the last attempt.
  case busy(Authority, status: Int, message: String, retryAfter: TimeAmount?)
  /// An error frame: TCP's answer to a request that was not stored.
  case frameRefused(Authority, message: String)

  case answerTooLarge(Authority, limit: Int)
  case malformedAnswer(Authority, reason: String)

  case requestTooLarge(byteCount: Int, limit: Int)
  /// One span alone is more than a datagram carries.
  case spanTooLarge(spanID: String, byteCount: Int, limit: Int)
  /// A request that must be taken apart for UDP cannot be read.
  case unreadableRequest(reason: String)
}

extension SendingError: CustomStringConvertible {
  var description: String {
    switch self {
    case .invalidDestination(let text, let fault): "\"\(text)\" \(fault)"
    case .wrongTransport(let text, let wanted): "\"\(text)\" must be \(wanted)://HOST:PORT or off"
    case .invalidURL(let text): "\"\(text)\" is no URL of the form http://HOST:PORT/PATH"
    case .unknownHost(let host): "no host is named \(host)"
    case .connectionRefused(let peer): "nobody listens on \(peer)"
    case .unreachable(let peer, let reason): "cannot reach \(peer): \(reason)"
    case .connectionClosed(let peer, false): "\(peer) closed the connection without an answer"
    case .connectionClosed(let peer, true): "\(peer) closed the connection in the middle of its answer"
    case .timedOut(let peer, let length): "\(peer) did not answer within \(length.seconds) s"
    case .noTLS(let peer, let reason): "no TLS with \(peer): \(reason)"
    case .unusableFile(let path, let reason): "cannot use \(path): \(reason)"
    // Of HTTP, and of gRPC, where it is called UNAUTHENTICATED.
    case .refused(let peer, let status, let message) where status == 401 || status == 16:
      "\(peer) refuses the request (\(status))\(message.asReason); give a token with "
        + "--header \"Authorization=Bearer TOKEN\""
    case .refused(let peer, 404, _): "\(peer) has no /v1/traces; name the port that receives OTLP over HTTP"
    case .refused(let peer, 413, let message):
      "\(peer) takes no request as large as this (413)\(message.asReason); send fewer spans at once"
    case .refused(let peer, let status, let message): "\(peer) refuses the request (\(status))\(message.asReason)"
    case .busy(let peer, let status, let message, let pause):
      "\(peer) cannot take it now (\(status))\(message.asReason); try again "
        + (pause.map { "in \($0.seconds) s" } ?? "later")
    case .frameRefused(let peer, let message): "\(peer) refuses the frame\(message.asReason)"
    case .answerTooLarge(let peer, let limit): "the answer of \(peer) is longer than \(limit) bytes"
    case .malformedAnswer(let peer, let reason):
      "\(peer) does not answer as a collector does (\(reason)); name the port of a collector"
    case .requestTooLarge(let byteCount, let limit):
      "the request takes \(byteCount) bytes, \(limit) is the most; send fewer spans at once"
    case .spanTooLarge(let spanID, let byteCount, let limit):
      "span \(spanID) takes \(byteCount) bytes, a UDP datagram \(limit); send it over http or tcp"
    case .unreadableRequest(let reason): "a request too large for one datagram cannot be split: \(reason)"
    }
  }
}

extension SendingError.DestinationFault: CustomStringConvertible {
  var description: String {
    switch self {
    case .noTransport: "names no transport; write http, https, grpc, grpcs, tcp, tcps or udp://HOST:PORT"
    case .unknownTransport(let name): "asks for \"\(name)\"; there are http, https, grpc, grpcs, tcp, tcps and udp"
    case .noHostAndPort:
      "is not of the form http://HOST:PORT, with https, grpc, grpcs, tcp, tcps or udp as well, or tcp or udp://unix:PATH"
    }
  }
}

extension String {
  fileprivate var asReason: String { isEmpty ? "" : ": \(self)" }
}

extension TimeAmount {
  /// Whole or with up to three decimals.
  fileprivate var seconds: String {
    let milliseconds = nanoseconds / 1_000_000
    return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)" : "\(Double(milliseconds) / 1000)"
  }
}
