import NIOCore
import TraceModel

@testable import Receivers

extension FuzzedBytes {
  /// Whatever comes over an HTTP/2 connection, in whatever pieces: what we send is sound, each payload and refusal has at
  /// most one answer, the connection ends, and nothing stays charged. The preface is no part of the bytes, most of the
  /// time.
  static func grpc(_ input: [UInt8]) throws {
    var (random, bytes) = opened(input)
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = bodyByteCountMax
    limits.streamsPerConnectionMax = random.one(of: [1, 5, 128])
    limits.framesToSpareMax = random.one(of: [3, 1000])
    limits.streamWindowByteCount = random.one(of: [65_535, 1 << 20])
    let sink = RecordingSink(
      answering: random.below(2) == 0 ? random.one(of: [.accepted, .malformed("no"), .overloaded]) : nil,
      budget: ByteBudget(limit: random.one(of: [3000, 1 << 20])))
    let peer = try GRPCPeer(sink, limits: limits, begins: random.below(8) > 0)
    let longest = random.one(of: [2, 40, 400, 10_000])
    var (rest, answered) = (bytes[...], 0)
    while !rest.isEmpty {
      let piece = rest.prefix(1 + random.below(longest))
      rest = rest.dropFirst(piece.count)
      try peer.send(Array(piece))
      if random.below(20) == 0 { try peer.wait(.seconds(Int64(random.below(12)))) }
      if random.below(4) == 0 { answered = try peer.answerHeld(by: sink, after: answered) }
    }
    switch random.below(4) {
    case 0: try peer.end()
    case 1: try peer.quiesce()
    default: break
    }
    while sink.held.count > answered { answered = try peer.answerHeld(by: sink, after: answered) }
    try peer.wait(.minutes(5))
    try hold(!peer.channel.isActive, "the connection is closed")
    _ = try? peer.channel.finish(acceptAlreadyClosed: true)
    peer.loop.run()
    try hold(sink.budget.usedByteCount == 0, "nothing stays charged")
    let statuses = peer.answers.values.compactMap(\.status)
    try hold(
      statuses.allSatisfy { Int($0).flatMap(GRPCStatus.Code.init) != nil }, "\(statuses) are statuses of gRPC")
    try hold(statuses.count { $0 == "0" } <= sink.payloads.count + healthAnswers(peer), "\(statuses) have payloads")
  }

  /// Of the health service, which answers without a sink.
  private static func healthAnswers(_ peer: GRPCPeer) -> Int {
    peer.answers.values.count { $0.status == "0" && $0.body.starts(with: framed([8, 1])) }
  }
}

extension GRPCPeer {
  /// Gives the next answer that the sink held back, and says how many have been given then.
  fileprivate func answerHeld(by sink: RecordingSink, after answered: Int) throws -> Int {
    let held = sink.held
    guard answered < held.count else { return answered }
    held[answered](PayloadAnswer(verdict: .accepted, body: Array("late".utf8)))
    try wait(.zero)
    return answered + 1
  }
}
