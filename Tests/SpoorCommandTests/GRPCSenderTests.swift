import NIOCore
import NIOPosix
import OTLPCodec
import Receivers
import Synchronization
import Testing
import TraceModel

@testable import SpoorCommand

/// Our sender against our own receiver.
@Suite(.timeLimit(.minutes(1))) struct GRPCSenderTests {
  private let group = MultiThreadedEventLoopGroup.singleton
  private let pauses = PausesRecorded()

  private func sender(
    to receiver: GRPCReceiver, compression: ContentCoding = .identity, timeout: TimeAmount = .seconds(10)
  ) -> GRPCSender {
    GRPCSender(
      to: authority(of: receiver), group: group, retries: pauses.policy(), compression: compression, timeout: timeout)
  }

  private func authority(of receiver: GRPCReceiver) -> Authority {
    Authority(host: receiver.boundAddress.host, port: receiver.boundAddress.port)
  }

  private func run(
    _ sink: ScriptedSink, limits: ReceiverLimits = ReceiverLimits(), _ body: (GRPCReceiver) async throws -> Void
  ) async throws {
    let receiver = try await GRPCReceiver.start(
      ListenAddress(host: "127.0.0.1", port: 0), sink: sink, limits: limits, group: group)
    do { try await body(receiver) } catch { Issue.record(error) }
    await receiver.stop()
  }

  @Test(arguments: ContentCoding.allCases)
  func `requests come as they were sent`(compression: ContentCoding) async throws {
    let sink = ScriptedSink([.accepted])
    let requests = [[1, 2, 3], [], [UInt8](repeating: 7, count: 3 << 20)]
    try await run(sink) { receiver async throws in
      let sender = sender(to: receiver, compression: compression)
      for request in requests { #expect(try await sender.send(request) == .accepted) }
      await sender.close()
    }
    #expect(sink.payloads == requests)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `hundreds at once each get their own answer`() async throws {
    let sink = ScriptedSink([], byPayload: { .partlyRejected(spans: Int($0.first ?? 0), reason: "r") })
    try await run(sink) { receiver async throws in
      let sender = sender(to: receiver)
      _ = try await sender.send([0])
      let right = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<500 {
          group.addTask {
            let byte = UInt8(1 + number % 255)
            do {
              return try await sender.send([byte]) == .partlyRejected(spans: Int(byte), reason: "r")
            } catch {
              return false
            }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(right == 500)
      await sender.close()
    }
  }

  @Test func `a busy server is asked again when it says`() async throws {
    let sink = ScriptedSink([.overloaded, .unavailable("disk"), .accepted])
    try await run(sink) { receiver async throws in
      let sender = sender(to: receiver)
      #expect(try await sender.send([1]) == .accepted)
      await sender.close()
    }
    #expect(pauses.lengths == [.seconds(1), .seconds(5)])
  }

  @Test func `a server that says no for good is believed`() async throws {
    let sink = ScriptedSink([.malformed("näive at byte 0")])
    try await run(sink) { receiver async throws in
      let sender = sender(to: receiver)
      await #expect(throws: SendingError.refused(authority(of: receiver), status: 3, message: "näive at byte 0")) {
        try await sender.send([1])
      }
      await sender.close()
    }
    #expect(sink.payloads.count == 1)
  }

  @Test func `what is too large is told, and not sent again`() async throws {
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 1000
    let sink = ScriptedSink([.accepted])
    try await run(sink, limits: limits) { receiver async throws in
      let sender = sender(to: receiver)
      await #expect {
        try await sender.send([UInt8](repeating: 0, count: 5_000_000))
      } throws: { error in
        if case .refused(_, 8, _) = error as? SendingError { true } else { false }
      }
      // The connection is as good as before.
      #expect(try await sender.send([1]) == .accepted)
      await sender.close()
    }
    #expect(pauses.lengths.isEmpty)
  }

  @Test func `a server that leaves is followed to the next connection`() async throws {
    let sink = ScriptedSink([.accepted])
    var limits = ReceiverLimits()
    limits.idleDeadline = .milliseconds(1)
    try await run(sink, limits: limits) { receiver async throws in
      let sender = sender(to: receiver)
      for _ in 0..<20 { #expect(try await sender.send([1]) == .accepted) }
      await sender.close()
    }
    // What was lost may come twice.
    #expect(sink.payloads.count >= 20)
  }

  @Test func `a server that says nothing is given up`() async throws {
    let sink = ScriptedSink([nil])
    try await run(sink) { receiver async throws in
      let sender = sender(to: receiver, timeout: .milliseconds(20))
      await #expect(throws: SendingError.timedOut(authority(of: receiver), after: .milliseconds(20))) {
        try await sender.send([1])
      }
      await sender.close()
    }
  }

  @Test func `a server of another protocol is told as such`() async throws {
    try await ScriptedServer.run(.http, [.text("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]) {
      server async throws in
      let sender = GRPCSender(to: server.authority, group: group, retries: pauses.policy())
      await #expect {
        try await sender.send([1])
      } throws: { error in
        if case .malformedAnswer = error as? SendingError { true } else { false }
      }
    }
  }

  @Test func `nobody listening is told after the last attempt`() async throws {
    let peer = Authority(host: "127.0.0.1", port: try await ScriptedServer.freePort())
    let sender = GRPCSender(to: peer, group: group, retries: pauses.policy())
    await #expect(throws: SendingError.connectionRefused(peer)) { try await sender.send([1]) }
    #expect(pauses.lengths.count == 4)
  }

  @Test(
    arguments: [
      (
        "CA4SIHRvbyBtdWNoIGlzIHVuZGVyIHdheTsgdHJ5IGFnYWluGjAKKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5SZXRyeUluZm8SBAoCCAE",
        TimeAmount.seconds(1)
      ),
      ("CA4=", nil), ("CA4", nil), ("", nil), ("?", nil), ("////////////////", nil), ("GgA", nil), ("GgIKAA", nil),
    ] as [(String, TimeAmount?)])
  func `the pause that a server asks for is read`(details: String, pause: TimeAmount?) {
    #expect(RetryInfo.delay(inDetails: details) == pause)
  }
}

/// Answers payloads as a test says.
private final class ScriptedSink: PayloadSink {
  let budget = ByteBudget(limit: 256 << 20)
  private let byPayload: (@Sendable ([UInt8]) -> Verdict)?
  private let state: Mutex<(script: [Verdict?], payloads: [[UInt8]], refusals: [Refusal])>

  /// - Parameter script: one for each payload, the last of them for all that follow; nil for no answer.
  init(_ script: [Verdict?], byPayload: (@Sendable ([UInt8]) -> Verdict)? = nil) {
    self.byPayload = byPayload
    state = Mutex((script, [], []))
  }

  var payloads: [[UInt8]] { state.withLock { $0.payloads } }
  var refusals: [Refusal] { state.withLock { $0.refusals } }

  func receive(
    _ payload: ByteBuffer, as encoding: PayloadEncoding, from transport: Receivers.Transport,
    answer: @escaping @Sendable (PayloadAnswer) -> Void
  ) {
    let bytes = Array(payload.readableBytesView)
    let scripted = state.withLock { state -> Verdict? in
      state.payloads.append(bytes)
      return state.script.count > 1 ? state.script.removeFirst() : state.script.first ?? nil
    }
    guard let verdict = byPayload?(bytes) ?? scripted else { return }
    let body =
      switch verdict {
      case .partlyRejected(let spans, let reason): ExportResponse.encode(rejectedSpans: spans, message: reason)
      default: [UInt8]()
      }
    answer(PayloadAnswer(verdict: verdict, body: body))
  }

  func refuse(
    _ refusal: Refusal, as encoding: PayloadEncoding, from transport: Receivers.Transport
  ) -> PayloadAnswer {
    state.withLock { $0.refusals.append(refusal) }
    return PayloadAnswer(verdict: .malformed(refusal.description), body: [])
  }

  func kernelDropped(_ count: UInt64, from transport: Receivers.Transport) {}
}
