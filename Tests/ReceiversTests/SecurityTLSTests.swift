import NIOCore
import NIOPosix
import NIOSSL
import Receivers
import TestCertificates
import Testing
import TraceModel

@Suite(.timeLimit(.minutes(1))) struct SecurityTLSTests {
  private let folder: SecurityFolder
  private let sink = RecordingSink()

  init() async throws {
    folder = try await SecurityFolder()
  }

  private var group: any EventLoopGroup { MultiThreadedEventLoopGroup.singleton }

  private func post(_ body: String = "spans", path: String = "/v1/traces") -> String {
    "POST \(path) HTTP/1.1\r\nHost: spoor\r\nContent-Type: application/x-protobuf\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// A TCP receiver that speaks TLS, stopped after `body`.
  private func withTCP(
    mutual: Bool = false, _ body: (ListenAddress) async throws -> Void
  ) async throws {
    let receiver = try await TCPReceiver.start(
      .anywhere, sink: sink, security: ListenerSecurity(tls: folder.tls(askingForCertificates: mutual)), group: group)
    do { try await body(receiver.boundAddress) } catch { Issue.record(error) }
    await receiver.stop()
  }

  private func withHTTP(_ body: (ListenAddress) async throws -> Void) async throws {
    let receiver = try await HTTPReceiver.start(
      .anywhere, sink: sink, security: ListenerSecurity(tls: folder.tls()), group: group)
    do { try await body(receiver.boundAddress) } catch { Issue.record(error) }
    await receiver.stop()
  }

  @Test func `requests and answers go through TLS, and the connection is kept`() async throws {
    try await withHTTP { address in
      let client = try await LoopbackClient(to: address, tls: folder.client(protocols: ["http/1.1"]))
      for body in ["a", String(repeating: "b", count: 1 << 20), "c"] {
        try await client.send(post(body))
        #expect(try await client.readResponse().status == 200)
      }
      try await client.close()
    }
    #expect(sink.payloads.map(\.count) == [1, 1 << 20, 1])
    #expect(sink.refusals.isEmpty)
  }

  @Test func `the last answer arrives before the end, although the rest of the request is not read`() async throws {
    try await withHTTP { address in
      let client = try await LoopbackClient(to: address, tls: folder.client())
      try await client.send(
        "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 99999999\r\n\r\nabc")
      let response = try await client.readResponse()
      #expect(response.status == 413)
      #expect(response.headers["connection"] == "close")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals.map(\.reason) == ["body_too_large"])
  }

  @Test func `a sender that has ended its side still gets its answers`() async throws {
    try await withTCP { address in
      let client = try await LoopbackClient(to: address, tls: folder.client())
      try await client.send([0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9])
      try await client.finishSending()
      #expect(try await client.readFrame() == "2:7")
      #expect(try await client.readFrame() == "1:9")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals.isEmpty)
  }

  @Test func `a connection that we close does not wait for the sender's goodbye`() async throws {
    let clock = ContinuousClock()
    var began = clock.now
    try await withTCP { address in
      let client = try await LoopbackClient(to: address, tls: folder.client())
      try await client.send([0, 0, 0, 1, 7])
      #expect(try await client.readFrame() == "1:7")
      began = clock.now
    }
    // Where NIOSSL waits, it does so for five seconds.
    #expect(clock.now - began < .seconds(4))
  }

  @Test func `a frame that the sender's end cuts off is counted as ever`() async throws {
    try await withTCP { address in
      let client = try await LoopbackClient(to: address, tls: folder.client())
      try await client.send([0, 0, 0, 9, 7])
      try await client.finishSending()
      #expect(try await client.readFrame() == "truncated_frame")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.truncatedFrame])
  }

  @Test(arguments: ["POST /v1/traces HTTP/1.1\r\n\r\n", "\0\0\0\u{5}hello", "hello", "\u{16}\u{3}\u{1}\u{ff}\u{ff}"])
  func `plain text is counted and nobody else notices`(text: String) async throws {
    try await withTCP { address in
      let plain = try await LoopbackClient(to: address)
      try await plain.send(text)
      if text.utf8.count < 10 { try await plain.finishSending() }
      // What TLS says to it: an alert, or nothing.
      _ = try await plain.readToEnd()
      await sink.waitForArrivals(1)
      let client = try await LoopbackClient(to: address, tls: folder.client())
      try await client.send([0, 0, 0, 1, 7])
      #expect(try await client.readFrame() == "1:7")
    }
    #expect(sink.refusals.map(\.reason) == ["tls_handshake_failed"])
  }

  @Test func `who only looks whether somebody listens is not counted`() async throws {
    try await withTCP { address in
      let visitor = try await LoopbackClient(to: address)
      try await visitor.finishSending()
      #expect(try await visitor.readToEnd().isEmpty)
    }
    #expect(sink.refusals.isEmpty)
  }

  @Test func `TLS before 1.2 is refused, 1.2 is not`() async throws {
    try await withTCP { address in
      let old = try await LoopbackClient(to: address, tls: folder.client(newest: .tlsv11))
      _ = try await old.readToEnd()
      await sink.waitForArrivals(1)
      let client = try await LoopbackClient(to: address, tls: folder.client(newest: .tlsv12))
      try await client.send([0, 0, 0, 1, 7])
      #expect(try await client.readFrame() == "1:7")
    }
    #expect(sink.refusals.map(\.reason) == ["tls_handshake_failed"])
  }

  @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
  func `where certificates are asked for, only who has a good one may send`(version: TLSVersion) async throws {
    try await withTCP(mutual: true) { address in
      for (count, pair) in [nil, folder.stranger].enumerated() {
        let stranger = try await LoopbackClient(to: address, tls: folder.client(as: pair, newest: version))
        // In TLS 1.3 the sender may have written before it hears of the refusal.
        _ = try await stranger.readToEnd()
        await sink.waitForArrivals(count + 1)
      }
      let sender = try await LoopbackClient(to: address, tls: folder.client(as: folder.sender, newest: version))
      try await sender.send([0, 0, 0, 1, 7])
      #expect(try await sender.readFrame() == "1:7")
    }
    #expect(sink.refusals.map(\.reason) == ["tls_handshake_failed", "tls_handshake_failed"])
    #expect(sink.payloads == [[7]])
  }

  @Test func `files that are no certificate and no key are an error that names them`() async throws {
    let junk = try folder.file("junk", "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
    let empty = try folder.file("empty", "")
    let good = folder.collector
    let cases: [(ListenerSecurity.TLS, String)] = [
      (.init(certificateFile: junk, keyFile: good.keyFile), junk),
      (.init(certificateFile: empty, keyFile: good.keyFile), empty),
      (.init(certificateFile: good.keyFile, keyFile: good.keyFile), good.keyFile),
      (.init(certificateFile: good.certificateFile, keyFile: good.certificateFile), good.certificateFile),
      (.init(certificateFile: good.certificateFile, keyFile: folder.sender.keyFile), folder.sender.keyFile),
      (.init(certificateFile: good.certificateFile, keyFile: good.keyFile, clientCAFile: empty), empty),
      (.init(certificateFile: folder.path, keyFile: good.keyFile), folder.path),
      (.init(certificateFile: "\(folder.path)/none", keyFile: good.keyFile), "\(folder.path)/none"),
      (.init(certificateFile: "/dev/zero", keyFile: good.keyFile), "/dev/zero"),
    ]
    for (tls, file) in cases {
      do {
        let receiver = try await HTTPReceiver.start(
          .anywhere, sink: sink, security: ListenerSecurity(tls: tls), group: group)
        await receiver.stop()
        Issue.record("started with \(tls)")
      } catch {
        #expect("\(error)".hasPrefix("otlp-http: cannot use \(file): "))
      }
    }
  }
}
