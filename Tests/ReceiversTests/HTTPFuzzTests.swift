import Testing
import TraceModel

@testable import Receivers

/// Whatever comes over a connection in whatever pieces: it traps nowhere, is answered in whole responses or closed, and
/// leaves nothing charged. SPOOR_ROUNDS=1000 makes it long.
@Suite struct HTTPFuzzTests {
  @Test func `whatever comes is answered or closed`() throws {
    for seed in FuzzRandom.seeds(1000) {
      do { try Self.converse(seed) } catch { Issue.record("seed \(seed): \(error)") }
    }
  }

  private static func converse(_ seed: UInt64) throws {
    var random = FuzzRandom(seed: seed)
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 4000
    // Half of the sinks answer later.
    let sink = RecordingSink(
      answering: random.below(2) == 0 ? random.one(of: [.accepted, .malformed("no"), .overloaded]) : nil,
      budget: ByteBudget(limit: random.one(of: [3000, 1 << 20])))
    let connection = try HTTPConversation(
      sink, limits: limits, cors: random.one(of: [.off, CORSPolicy(origins: [.exactly("http://a")])]))
    var bytes = (0...random.below(4)).flatMap { _ in request(&random) }
    if random.below(4) > 0 { random.mutate(&bytes) }
    var (rest, answers, answered) = (bytes[...], [HTTPAnswerText](), 0)
    while !rest.isEmpty {
      let piece = rest.prefix(1 + random.below(random.one(of: [2, 40, 400, 10_000])))
      rest = rest.dropFirst(piece.count)
      try connection.send(Array(piece))
      if random.below(20) == 0 { connection.advanceTime(by: .seconds(Int64(random.below(12)))) }
      if random.below(4) == 0 { answered = connection.answerHeld(by: sink, after: answered) }
      answers += try connection.answers()
    }
    if random.below(2) == 0 { connection.endSending() }
    // Each answer may let a request in that waited behind it.
    while sink.held.count > answered { answered = connection.answerHeld(by: sink, after: answered) }
    connection.advanceTime(by: .minutes(5))
    answers += try connection.answers()
    #expect(!connection.isActive, "seed \(seed)")
    connection.finish()
    #expect(sink.budget.usedByteCount == 0, "seed \(seed)")
    let known: Set = [100, 200, 204, 400, 403, 404, 405, 408, 413, 415, 503]
    #expect(answers.allSatisfy { known.contains($0.status) }, "seed \(seed)")
    let finals = answers.count { $0.status >= 200 && $0.status != 204 }
    // What is refused before it had a head, or when the peer was gone, is counted and not answered.
    #expect(finals <= sink.payloads.count + sink.refusals.count, "seed \(seed)")
    #expect(answers.count { $0.status == 200 } <= sink.payloads.count, "seed \(seed)")
    let silent = sink.refusals.count { $0 == .timedOut || $0 == .truncatedBody }
    #expect(finals + silent >= sink.payloads.count + sink.refusals.count, "seed \(seed)")
  }

  /// A good request, most of the time.
  private static func request(_ random: inout FuzzRandom) -> [UInt8] {
    if random.below(8) == 0 {
      return Array(
        ("OPTIONS /v1/traces HTTP/1.1\r\nOrigin: \(random.one(of: ["http://a", "http://b"]))\r\n"
          + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n").utf8)
    }
    let coding = random.one(of: [ContentCoding.identity, .identity, .gzip, .zstd, .deflate])
    let text = [UInt8](repeating: UInt8(ascii: "s"), count: random.one(of: [0, 1, 5, 300, 3999, 4000, 4001, 9000]))
    let (packed, actual) = Deflater.ofThisThread.deflate(text, to: coding)
    let body = Array(packed.readableBytesView)
    var lines = [
      random.one(of: [
        "POST /v1/traces HTTP/1.1", "POST /v1/traces HTTP/1.1", "POST /v1/traces HTTP/1.1", "POST /v1/traces HTTP/1.0",
        "GET / HTTP/1.1", "POST http://spoor/v1/traces?a HTTP/1.1", "PUT /v1/traces HTTP/1.1", "CONNECT a:1 HTTP/1.1",
        "POST /v1/logs HTTP/1.1",
      ]),
      "Content-Type: "
        + random.one(of: ["application/x-protobuf", "application/json; charset=utf-8", "application/grpc", ""]),
    ]
    if actual != .identity { lines.append("Content-Encoding: \(actual.rawValue)") }
    for line in [
      "Host: spoor", "Connection: close", "Connection: keep-alive", "Expect: 100-continue", "Upgrade: h2c",
      "Origin: http://a", "Content-Encoding: gzip", "Content-Length: 5", "Transfer-Encoding: gzip, chunked",
      "Accept: application/json", "X: " + String(repeating: "x", count: 9000),
    ] where random.below(12) == 0 {
      lines.append(line)
    }
    let isChunked = random.below(3) == 0
    lines.append(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)")
    var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    if !isChunked { return bytes + body }
    var rest = body[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(1 + random.below(500))
      rest = rest.dropFirst(chunk.count)
      bytes += Array("\(String(chunk.count, radix: 16))\(random.one(of: ["", ";a=b"]))\r\n".utf8) + chunk + [13, 10]
    }
    return bytes + Array("0\r\n\(random.one(of: ["", "Trailer: x\r\n"]))\r\n".utf8)
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
