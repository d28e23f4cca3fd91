import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A small HTTP/1.1 client for collectors: whole requests, whole answers, connections kept for the next request.
///
/// No redirects, and bodies go as they are given: it talks to Spoor.
actor HTTPClient {
  private let group: any EventLoopGroup
  private let bodyByteCountMax: Int
  private let tls: NIOSSLContext?
  private var idle: [Authority: [any Channel]] = [:]

  /// - Parameters:
  ///   - bodyByteCountMax: the longest answer body in bytes; past it a request fails with `answerTooLarge`.
  ///   - tls: with it URLs are `https://`, without it `http://`; any other is refused with `invalidURL`.
  init(
    group: any EventLoopGroup, bodyByteCountMax: Int = SendingLimits.answerByteCountMax, tls: NIOSSLContext? = nil
  ) {
    self.group = group
    self.tls = tls
    self.bodyByteCountMax = bodyByteCountMax
  }

  /// Sends one request and waits for its answer, whatever its status is.
  ///
  /// - Parameters:
  ///   - url: `http://HOST:PORT/PATH?QUERY`, escaped as it is to go over the wire.
  ///   - timeout: from now to the last byte of the answer.
  /// - Throws: `connectionClosed` also where the server closed a kept connection at the moment of the request; another
  ///   attempt then opens a new one.
  func request(
    method: HTTPMethod, url: String, headers: [(String, String)] = [], body: ByteBuffer = ByteBuffer(),
    timeout: TimeAmount = SendingLimits.timeout
  ) async throws(SendingError) -> HTTPAnswer {
    let text = url
    let url = try HTTPURL(parsing: text)
    guard url.isEncrypted == (tls != nil) else { throw .invalidURL(text) }
    let deadline = NIODeadline.now() + timeout
    let connection = try await connection(to: url.authority, timeout: timeout)
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: url.target, headers: HTTPHeaders(headers))
    head.headers.replaceOrAdd(name: "Host", value: url.authority.description)
    head.headers.replaceOrAdd(name: "User-Agent", value: "spoor")
    if body.readableBytes > 0 || method == .POST {
      head.headers.replaceOrAdd(name: "Content-Length", value: String(body.readableBytes))
    }
    let answer = connection.eventLoop.makePromise(of: HTTPAnswer.self)
    // A write that never reaches the handler would leave the promise open.
    connection.writeAndFlush(
      HTTPExchange(
        head: head, body: body, deadline: deadline, timeout: timeout, answer: answer)
    ).whenFailure { answer.fail($0) }
    do {
      let answer = try await answer.futureResult.get()
      keep(connection, to: url.authority)
      return answer
    } catch {
      throw SendingError(onConnection: error, with: url.authority)
    }
  }

  /// Closes the connections that are idle.
  func close() async {
    let connections = idle.values.joined()
    idle = [:]
    for connection in connections { connection.close(promise: nil) }
  }

  private func connection(to peer: Authority, timeout: TimeAmount) async throws(SendingError) -> any Channel {
    while let kept = idle[peer]?.popLast() {
      if kept.isActive { return kept }
    }
    return try await ClientBootstrap(group: group)
      .channelOption(.socketOption(.tcp_nodelay), value: 1)
      .connect(to: peer, within: timeout, tls: tls) { [bodyByteCountMax] pipeline in
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(HTTPExchangeHandler(peer: peer, bodyByteCountMax: bodyByteCountMax))
      }
  }

  private func keep(_ connection: any Channel, to peer: Authority) {
    guard connection.isActive, idle[peer, default: []].count < SendingLimits.idleConnectionsMax else {
      return connection.close(promise: nil)
    }
    idle[peer, default: []].append(connection)
  }
}
