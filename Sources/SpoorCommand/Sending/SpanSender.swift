import NIOCore
import NIOSSL
import Receivers

/// Sends requests to a collector, each an encoded ExportTraceServiceRequest.
protocol SpanSender: Sendable {
  /// Sends one request, and waits for its answer where the transport has one. May be called again before the answer.
  func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult

  /// How many requests `send(together:)` had better be given at once: 1 where each is answered.
  var requestsTogether: Int { get }

  /// Sends several requests, and says what became of each, in their order.
  /// - Throws: what went wrong with one of them; how many of the others arrived is then unknown.
  func send(together requests: [[UInt8]]) async throws(SendingError) -> [SendingResult]

  /// Lets go of the connection. Nothing may be sent afterwards.
  func close() async
}

extension SpanSender {
  var requestsTogether: Int { 1 }

  func send(together requests: [[UInt8]]) async throws(SendingError) -> [SendingResult] {
    var results: [SendingResult] = []
    for request in requests { results.append(try await send(request)) }
    return results
  }
}

/// What the collector said.
enum SendingResult: Hashable, Sendable {
  case accepted
  /// Stored but for this many spans; 0 with a reason is a warning.
  case partlyRejected(spans: Int, reason: String)
  /// UDP has no answers.
  case unacknowledged(datagrams: Int)
}

extension Destination {
  /// A sender over this destination's transport. It connects when something is sent.
  ///
  /// - Parameters:
  ///   - compression: of each request, where the transport has a place to say so; see `check`.
  ///   - timeout: of each attempt.
  ///   - security: whom to trust and what to show; only what the destination has a use for is looked at.
  func sender(
    group: any EventLoopGroup, retries: RetryPolicy = RetryPolicy(), compression: ContentCoding = .identity,
    security: SenderSecurity = .none, timeout: TimeAmount = SendingLimits.timeout
  ) throws(SendingError) -> any SpanSender {
    try senders(
      1, group: group, retries: retries, compression: compression, security: security, timeout: timeout)[0]
  }

  /// As many senders, each with connections of its own.
  ///
  /// - Parameter splitter: cuts what is too large for a datagram.
  func senders(
    _ count: Int, group: any EventLoopGroup, retries: RetryPolicy = RetryPolicy(),
    compression: ContentCoding = .identity, security: SenderSecurity = .none,
    timeout: TimeAmount = SendingLimits.timeout, splitter: DatagramSplitter = DatagramSplitter()
  ) throws(SendingError) -> [any SpanSender] {
    // One context for all: it costs reading the system's authorities.
    let tls = isEncrypted ? try tlsContext(security) : nil
    return (0..<count).map { _ -> any SpanSender in
      switch transport {
      case .http:
        HTTPSender(
          to: authority, path: path, group: group, retries: retries, compression: compression, timeout: timeout,
          tls: tls, headers: security.headers)
      case .grpc:
        GRPCSender(
          to: authority, group: group, retries: retries, compression: compression, timeout: timeout, tls: tls,
          headers: security.headers)
      case .tcp: TCPSender(to: authority, group: group, retries: retries, timeout: timeout, tls: tls)
      case .udp: UDPSender(to: authority, group: group, splitter: splitter)
      }
    }
  }

  private func tlsContext(_ security: SenderSecurity) throws(SendingError) -> NIOSSLContext {
    try security.tlsContext(applicationProtocols: transport.applicationProtocols)
  }
}
