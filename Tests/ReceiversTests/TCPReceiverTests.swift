import NIOCore
import NIOPosix
import Receivers
import Testing
import TraceModel

@Suite(.timeLimit(.minutes(1))) struct TCPReceiverTests {
  private func withClient(
    _ sink: RecordingSink, limits: ReceiverLimits = ReceiverLimits(),
    _ body: (LoopbackClient, TCPReceiver) async throws -> Void
  ) async throws {
    let receiver = try await TCPReceiver.start(
      .anywhere, sink: sink, limits: limits, group: MultiThreadedEventLoopGroup.singleton)
    let client = try await LoopbackClient(to: receiver.boundAddress)
    do {
      try await body(client, receiver)
    } catch {
      Issue.record(error)
    }
    await receiver.stop()
  }

  private func frame(_ payload: String) -> [UInt8] { frame(Array(payload.utf8)) }

  private func frame(_ payload: [UInt8]) -> [UInt8] {
    length(payload.count) + payload
  }

  private func length(_ count: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(count >> $0 & 255) }
  }

  @Test func `a frame is answered by a frame`() async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send(frame("spans"))
      #expect(try await client.readFrame() == "5:115")
      try await client.send(frame(""))
      #expect(try await client.readFrame() == "0:0")
    }
    #expect(sink.payloads == [Array("spans".utf8), []])
  }

  @Test func `frames sent at once are answered in their order, though the answers come in another`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, _ in
      try await client.send((0..<20).flatMap { frame("payload \($0)") })
      await sink.waitForArrivals(20)
      let held = sink.held
      for number in [19, 3, 7, 1, 0] + Array(4...6) + [2] + Array(8...18).reversed() {
        held[number](PayloadAnswer(verdict: .accepted, body: Array("answer \(number)".utf8)))
      }
      for number in 0..<20 { #expect(try await client.readFrame() == "answer \(number)") }
    }
  }

  @Test func `bytes that come one at a time make the same frames`() async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      for byte in frame("one") + frame("") + frame("three") { try await client.send([byte]) }
      for expected in ["3:111", "0:0", "5:116"] { #expect(try await client.readFrame() == expected) }
    }
    #expect(sink.payloads == [Array("one".utf8), [], Array("three".utf8)])
  }

  @Test func `a large frame in many parts arrives whole, and the next one too`() async throws {
    let sink = RecordingSink()
    let large = (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try await withClient(sink) { client, _ in
      try await client.send(frame(large) + frame("next"))
      #expect(try await client.readFrame() == "1500000:0")
      #expect(try await client.readFrame() == "4:110")
    }
    // A large payload is handed over by another thread, so the small one may come first; the answers cannot.
    #expect(sink.payloads.count == 2 && Set(sink.payloads) == [large, Array("next".utf8)])
  }

  @Test func `no more frames than the limit are under way`() async throws {
    let sink = RecordingSink(answering: nil)
    var limits = ReceiverLimits()
    limits.framesUnderWayMax = 3
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send((0..<50).flatMap { frame("payload \($0)") })
      for number in 0..<50 {
        await sink.waitForArrivals(min(number + 3, 50))
        #expect(sink.payloads.count <= number + 3)
        sink.held[number](PayloadAnswer(verdict: .accepted, body: Array("\(number)".utf8)))
        #expect(try await client.readFrame() == "\(number)")
      }
    }
  }

  @Test func `a frame past the limit is answered after those before it, and closes`() async throws {
    let sink = RecordingSink(answering: nil)
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 10
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send(frame("0123456789") + frame("0123456789x") + frame("never read"))
      await sink.waitForArrivals(2)
      sink.held[0](PayloadAnswer(verdict: .accepted, body: Array("first".utf8)))
      #expect(try await client.readFrame() == "first")
      #expect(try await client.readFrame() == "frame_too_large")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.payloads.count == 1)
    #expect(sink.refusals == [.frameTooLarge(byteCount: 11, limit: 10)])
  }

  @Test func `the longest length that four bytes can say is refused`() async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send([255, 255, 255, 255])
      #expect(try await client.readFrame() == "frame_too_large")
      #expect(try await client.readToEnd().isEmpty)
    }
  }

  @Test func `a malformed frame is answered and closes`() async throws {
    let sink = RecordingSink(answering: .malformed("no protobuf"))
    try await withClient(sink) { client, _ in
      try await client.send(frame("garbage") + frame("never read"))
      #expect(try await client.readFrame() == "7:103")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.payloads.count == 1)
  }

  @Test(arguments: [Verdict.partlyRejected(spans: 1, reason: "no ID"), .overloaded, .unavailable("disk")])
  func `other verdicts keep the connection`(verdict: Verdict) async throws {
    try await withClient(RecordingSink(answering: verdict)) { client, _ in
      for _ in 0..<3 {
        try await client.send(frame("a"))
        #expect(try await client.readFrame() == "1:97")
      }
    }
  }

  @Test func `a client that has finished sending still gets all its answers`() async throws {
    let sink = RecordingSink(answering: nil)
    var limits = ReceiverLimits()
    limits.framesUnderWayMax = 2
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send((0..<5).flatMap { frame("payload \($0)") })
      try await client.finishSending()
      for number in 0..<5 {
        await sink.waitForArrivals(number + 1)
        sink.held[number](PayloadAnswer(verdict: .accepted, body: Array("\(number)".utf8)))
        #expect(try await client.readFrame() == "\(number)")
      }
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals.isEmpty)
  }

  @Test(arguments: [[0], [0, 0, 0, 9], [0, 0, 0, 9, 1, 2]] as [[UInt8]])
  func `a frame cut off by the end of the stream is refused`(bytes: [UInt8]) async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, _ in
      try await client.send(frame("a") + bytes)
      try await client.finishSending()
      #expect(try await client.readFrame() == "1:97")
      #expect(try await client.readFrame() == "truncated_frame")
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.truncatedFrame])
  }

  @Test func `half-received frames that hold too much together are put off`() async throws {
    let sink = RecordingSink(budget: ByteBudget(limit: 4096))
    var limits = ReceiverLimits()
    limits.lingerDeadline = .minutes(1)
    try await withClient(sink, limits: limits) { client, _ in
      try await client.send(length(5000) + [1])
      #expect(try await client.readFrame() == "receive_memory_full")
      // What comes after is read and thrown away, so that no reset takes the answer back.
      for _ in 0..<20 { try await client.send([UInt8](repeating: 1, count: 100_000)) }
      try await client.finishSending()
      #expect(try await client.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.receiveMemoryFull(limit: 2048)])
  }

  @Test func `stop lets payloads under way be answered and then closes`() async throws {
    let sink = RecordingSink(answering: nil)
    let receiver = try await TCPReceiver.start(
      .anywhere, sink: sink, group: MultiThreadedEventLoopGroup.singleton)
    let (busy, idle) = (
      try await LoopbackClient(to: receiver.boundAddress), try await LoopbackClient(to: receiver.boundAddress)
    )
    try await idle.send(frame("idle"))
    await sink.waitForArrivals(1)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    #expect(try await idle.readFrame() == "")
    try await busy.send(frame("first") + frame("second") + [0, 0, 0, 7])
    await sink.waitForArrivals(3)
    async let stopped: Void = receiver.stop()
    #expect(try await idle.readToEnd().isEmpty)
    sink.held[2](PayloadAnswer(verdict: .accepted, body: Array("2".utf8)))
    sink.held[1](PayloadAnswer(verdict: .accepted, body: Array("1".utf8)))
    #expect(try await busy.readFrame() == "1")
    #expect(try await busy.readFrame() == "2")
    #expect(try await busy.readToEnd().isEmpty)
    await stopped
    #expect(sink.refusals.isEmpty)
  }

  @Test func `an answer given twice or to nobody is ignored`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, receiver in
      try await client.send(frame("a") + frame("b"))
      await sink.waitForArrivals(2)
      let held = sink.held
      held[0](PayloadAnswer(verdict: .accepted, body: [1]))
      held[0](PayloadAnswer(verdict: .malformed("late"), body: [2]))
      held[1](PayloadAnswer(verdict: .accepted, body: [3]))
      #expect(try await client.readFrame() == "\u{1}")
      #expect(try await client.readFrame() == "\u{3}")
      try await client.send(frame("c"))
      await sink.waitForArrivals(3)
      try await client.close()
      sink.held[2](PayloadAnswer(verdict: .accepted, body: [4]))
    }
  }
}
