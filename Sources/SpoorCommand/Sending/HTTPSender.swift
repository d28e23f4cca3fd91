import NIOCore
import NIOHTTP1
import NIOSSL
import OTLPCodec
import Receivers

/// OTLP over HTTP: a POST, to `/v1/traces` mostly, with protobuf bodies (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
struct HTTPSender: SpanSender {
  private let peer: Authority
  private let client: HTTPClient
  private let retries: RetryPolicy
  private let compression: ContentCoding
  private let timeout: TimeAmount
  private let url: String
  private let headers: [(String, String)]

  /// - Parameters:
  ///   - path: begins with a slash.
  ///   - compression: of each request's body.
  ///   - timeout: of each attempt.
  ///   - tls: what to speak TLS with, if anything.
  ///   - headers: what goes with each request besides what it needs.
  init(
    to peer: Authority, path: String = Destination.defaultPath, group: any EventLoopGroup,
    retries: RetryPolicy = RetryPolicy(), compression: ContentCoding = .identity,
    timeout: TimeAmount = SendingLimits.timeout, tls: NIOSSLContext? = nil,
    headers: [RequestHeader] = []
  ) {
    self.compression = compression
    self.peer = peer
    url = "\(tls == nil ? "http" : "https")://\(peer)\(path)"
    // The sender's own come last: how a body is to be read is not for an option to say.
    self.headers =
      headers.filter { !["content-type", "content-encoding"].contains($0.name.lowercased()) }.map {
        ($0.name, $0.value)
      }
      + [("Content-Type", "application/x-protobuf")]
    self.retries = retries
    self.timeout = timeout
    client = HTTPClient(group: group, tls: tls)
  }

  func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
    let (body, coding) = Deflater.ofThisThread.deflate(request, to: compression)
    let headers = headers + (coding == .identity ? [] : [("Content-Encoding", coding.rawValue)])
    return try await retries.run { () throws(SendingError) in
      let answer = try await client.request(
        method: .POST, url: url, headers: headers, body: body, timeout: timeout)
      return try result(of: answer)
    }
  }

  func close() async { await client.close() }

  private func result(of answer: HTTPAnswer) throws(SendingError) -> SendingResult {
    switch answer.status.code {
    case 200..<300:
      do throws(DecodeError) {
        return SendingResult(try ExportResponse.decode(answer.body))
      } catch {
        throw .malformedAnswer(peer, reason: "\(error)")
      }
    case 429, 502, 503, 504:
      throw .busy(
        peer, status: Int(answer.status.code), message: answer.errorMessage, retryAfter: answer.retryAfter)
    default: throw .refused(peer, status: Int(answer.status.code), message: answer.errorMessage)
    }
  }
}

extension SendingResult {
  init(_ response: (rejectedSpans: Int, message: String)) {
    self =
      response.rejectedSpans == 0 && response.message.isEmpty
      ? .accepted : .partlyRejected(spans: response.rejectedSpans, reason: response.message)
  }
}

extension HTTPAnswer {
  /// The server's words: of the google.rpc.Status that OTLP asks for, or the beginning of a body that is text.
  fileprivate var errorMessage: String {
    if headers.first(name: "Content-Type")?.hasPrefix("application/x-protobuf") == true {
      do { return try StatusMessage.decode(body).message } catch { return status.reasonPhrase }
    }
    let text = String(decoding: body.prefix(200), as: UTF8.self).asOneLine
    return text.isEmpty ? status.reasonPhrase : text
  }

  /// Retry-After where it counts seconds. Where it is a date the sender's own pause serves as well.
  fileprivate var retryAfter: TimeAmount? {
    headers.first(name: "Retry-After").flatMap { Int64($0) }.flatMap { seconds in
      (0...Int64(Int32.max)).contains(seconds) ? .seconds(seconds) : nil
    }
  }
}
