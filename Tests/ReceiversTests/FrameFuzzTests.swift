import NIOCore
import NIOEmbedded
import Testing

@testable import Receivers

@Suite struct FrameFuzzTests {
  /// However a stream is cut into reads, and whatever bytes it has: the frames that are handed over are those that a plain
  /// reader finds up to the first that is too long, all are answered, and nothing stays charged.
  @Test func `a stream of any bytes in any pieces makes the frames that a plain reader finds`() throws {
    for seed in FuzzRandom.seeds(1500) {
      var random = FuzzRandom(seed: seed)
      let stream = Self.stream(&random)
      let (sink, budget) = try run(stream, &random)
      let (frames, refusal) = Self.expected(stream)
      #expect(sink.payloads == frames, "SPOOR_SEED=\(seed)")
      #expect(sink.refusals.map(\.reason) == refusal.map { [$0] } ?? [], "SPOOR_SEED=\(seed)")
      #expect(budget.usedByteCount == 0, "SPOOR_SEED=\(seed)")
    }
  }

  private static let byteCountMax = 3000

  /// Sends a stream in pieces and its end; answers come late, in any order.
  private func run(_ stream: [UInt8], _ random: inout FuzzRandom) throws -> (RecordingSink, ByteBudget) {
    let budget = ByteBudget(limit: 64 << 20)
    let sink = RecordingSink(answering: nil, budget: budget)
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = Self.byteCountMax
    limits.framesUnderWayMax = 1 + random.below(8)
    let loop = EmbeddedEventLoop()
    let channel = EmbeddedChannel(handler: FrameHandler(sink: sink, limits: limits, budget: budget), loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    var answered = 0
    func answer(_ count: Int) {
      let held = sink.held
      for number in (answered..<min(held.count, answered + count)).reversed() {
        held[number](PayloadAnswer(verdict: .accepted, body: [1]))
      }
      answered = min(held.count, answered + count)
      loop.run()
    }
    var rest = stream[...]
    while !rest.isEmpty {
      let piece = rest.prefix(random.one(of: [1, 2, 3, 5, 50, 1000, 5000]))
      rest = rest.dropFirst(piece.count)
      try channel.writeInbound(ByteBuffer(bytes: piece))
      if random.below(3) == 0 { answer(random.below(5)) }
    }
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    while answered < sink.held.count { answer(3) }
    loop.advanceTime(by: .minutes(11))
    #expect(!channel.isActive)
    return (sink, budget)
  }

  /// Frames of several sizes, some of them damaged.
  private static func stream(_ random: inout FuzzRandom) -> [UInt8] {
    var stream: [UInt8] = []
    for _ in 0..<random.below(20) {
      let count = random.one(of: [0, 0, 1, 3, 4, 100, random.below(byteCountMax), byteCountMax])
      stream += [24, 16, 8, 0].map { UInt8(count >> $0 & 255) }
      stream += (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
    if random.below(2) == 0 { random.mutate(&stream) }
    return stream
  }

  private static func expected(_ stream: [UInt8]) -> (frames: [[UInt8]], refusal: String?) {
    var (frames, rest) = ([[UInt8]](), stream[...])
    while !rest.isEmpty {
      guard rest.count >= 4 else { return (frames, "truncated_frame") }
      let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard count <= byteCountMax else { return (frames, "frame_too_large") }
      guard rest.count >= 4 + count else { return (frames, "truncated_frame") }
      frames.append(Array(rest.dropFirst(4).prefix(count)))
      rest = rest.dropFirst(4 + count)
    }
    return (frames, nil)
  }
}
