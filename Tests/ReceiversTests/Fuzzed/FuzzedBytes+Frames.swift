import NIOCore
import NIOEmbedded

@testable import Receivers

extension FuzzedBytes {
  static let frameByteCountMax = 3000

  /// However a stream is cut into reads, and whatever bytes it has: the frames that are handed over are those that a plain
  /// reader finds up to the first that is too long, all are answered, and nothing stays charged.
  static func frames(_ input: [UInt8]) throws {
    var (random, stream) = opened(input)
    let budget = ByteBudget(limit: 64 << 20)
    let sink = RecordingSink(answering: nil, budget: budget)
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = frameByteCountMax
    limits.framesUnderWayMax = 1 + random.below(8)
    let loop = EmbeddedEventLoop()
    let channel = EmbeddedChannel(handler: FrameHandler(sink: sink, limits: limits, budget: budget), loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    var answered = 0
    // Late, and in any order.
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
    let (frames, refusal) = plainFrames(stream)
    try hold(!channel.isActive, "the connection is closed")
    try hold(sink.payloads == frames, "the sink has the frames of a plain reader")
    try hold(
      sink.refusals.map(\.reason) == (refusal.map { [$0] } ?? []), "\(sink.refusals) is \(refusal ?? "none")")
    try hold(budget.usedByteCount == 0, "nothing stays charged")
  }

  private static func plainFrames(_ stream: [UInt8]) -> (frames: [[UInt8]], refusal: String?) {
    var (frames, rest) = ([[UInt8]](), stream[...])
    while !rest.isEmpty {
      guard rest.count >= 4 else { return (frames, "truncated_frame") }
      let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      guard count <= frameByteCountMax else { return (frames, "frame_too_large") }
      guard rest.count >= 4 + count else { return (frames, "truncated_frame") }
      frames.append(Array(rest.dropFirst(4).prefix(count)))
      rest = rest.dropFirst(4 + count)
    }
    return (frames, nil)
  }
}
