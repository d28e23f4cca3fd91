import NIOCore
import TraceModel

@testable import Receivers

extension FuzzedBytes {
  static let bodyByteCountMax = 4000

  /// Whatever comes over an HTTP connection, in whatever pieces, is answered in whole responses or closed, and leaves
  /// nothing charged.
  static func http(_ input: [UInt8]) throws {
    var (random, bytes) = opened(input)
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = bodyByteCountMax
    // Half of the sinks answer later.
    let sink = RecordingSink(
      answering: random.below(2) == 0 ? random.one(of: [.accepted, .malformed("no"), .overloaded]) : nil,
      budget: ByteBudget(limit: random.one(of: [3000, 1 << 20])))
    let connection = try HTTPConversation(
      sink, limits: limits, cors: random.one(of: [.off, CORSPolicy(origins: [.exactly("http://a")])]))
    let longest = random.one(of: [2, 40, 400, 10_000])
    var (rest, answered) = (bytes[...], 0)
    while !rest.isEmpty {
      let piece = rest.prefix(1 + random.below(longest))
      rest = rest.dropFirst(piece.count)
      try connection.send(Array(piece))
      if random.below(20) == 0 { connection.advanceTime(by: .seconds(Int64(random.below(12)))) }
      if random.below(4) == 0 { answered = connection.answerHeld(by: sink, after: answered) }
    }
    if random.below(2) == 0 { connection.endSending() }
    // Each answer may let a request in that waited behind it.
    while sink.held.count > answered { answered = connection.answerHeld(by: sink, after: answered) }
    connection.advanceTime(by: .minutes(5))
    try hold(!connection.isActive, "the connection is closed")
    connection.finish()
    try hold(sink.budget.usedByteCount == 0, "nothing stays charged")
    // Where an answer to HEAD ends cannot be seen without the request.
    if bytes.firstRange(of: Array("HEAD".utf8)) == nil { try check(connection.answers(), of: sink) }
  }

  private static func check(_ answers: [HTTPAnswerText], of sink: RecordingSink) throws {
    let known: Set = [100, 200, 204, 400, 403, 404, 405, 408, 413, 415, 503]
    let statuses = answers.map(\.status)
    try hold(known.isSuperset(of: statuses), "\(statuses) are known")
    let (payloads, refusals) = (sink.payloads.count, sink.refusals)
    let finals = statuses.count { $0 >= 200 && $0 != 204 }
    // What is refused before it had a head, or when the peer was gone, is counted and not answered.
    try hold(finals <= payloads + refusals.count, "\(statuses) answer \(payloads) payloads and \(refusals)")
    try hold(statuses.count { $0 == 200 } <= payloads, "\(statuses) accept \(payloads) payloads")
    let silent = refusals.count { $0 == .timedOut || $0 == .truncatedBody }
    try hold(
      finals + silent >= payloads + refusals.count, "\(statuses) leave none of \(payloads) payloads, \(refusals)")
  }
}

extension HTTPConversation {
  /// Gives the next answer that the sink held back, and says how many have been given then.
  fileprivate func answerHeld(by sink: RecordingSink, after answered: Int) -> Int {
    let held = sink.held
    guard answered < held.count else { return answered }
    held[answered](PayloadAnswer(verdict: .accepted, body: Array("late".utf8)))
    advanceTime(by: .zero)
    return answered + 1
  }
}
