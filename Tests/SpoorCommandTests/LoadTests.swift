import OTLPCodec
import Rendering
import Synchronization
import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct LoadTests {
  private static let shape = LoadShape(seed: 7, services: 4, depth: 3, attributes: 10, errors: 0.2, batch: 100)
  private static let begin = Timestamp(unixNanoseconds: 1_795_000_000_000_000_000)

  private func spans(_ bytes: [UInt8]) throws -> [TraceModel.Span] {
    var decoder = RequestDecoder()
    let decoded = try decoder.decode(bytes)
    #expect(decoded.rejectedSpans == 0)
    return try decoded.batch.spans()
  }

  @Test func `the same shape and seed give the same requests`() throws {
    let (first, second) = (
      try LoadWave(Self.shape, rate: 1000, spanCountMin: 1000), try LoadWave(Self.shape, rate: 1000, spanCountMin: 1000)
    )
    #expect(first.requests.count == second.requests.count)
    #expect(
      first.requests.map { $0.bytes(wave: 1, beginning: Self.begin) }
        == second.requests.map { $0.bytes(wave: 1, beginning: Self.begin) })
    var other = Self.shape
    other.seed = 8
    let third = try LoadWave(other, rate: 1000, spanCountMin: 1000)
    #expect(
      first.requests[0].bytes(wave: 1, beginning: Self.begin) != third.requests[0].bytes(wave: 1, beginning: Self.begin)
    )
  }

  @Test func `two waves differ in all IDs and in nothing but IDs and times`() throws {
    let request = try LoadWave(Self.shape, rate: 1000, spanCountMin: 1000).requests[0]
    let later = Self.begin + .seconds(5)
    let (first, second) = (
      try spans(request.bytes(wave: 1, beginning: Self.begin)), try spans(request.bytes(wave: 2, beginning: later))
    )
    #expect(first.count == 100 && second.count == 100)
    for (one, other) in zip(first, second) {
      #expect(one.traceID != other.traceID && one.spanID != other.spanID)
      #expect(one.parentSpanID.isZero == other.parentSpanID.isZero)
      var moved = other
      (moved.traceID, moved.spanID, moved.parentSpanID) = (one.traceID, one.spanID, one.parentSpanID)
      (moved.start, moved.end) = (moved.start - .seconds(5), moved.end - .seconds(5))
      for index in moved.events.indices { moved.events[index].time = moved.events[index].time - .seconds(5) }
      #expect(moved == one)
    }
    #expect(first.contains { !$0.events.isEmpty })
  }

  @Test func `every parent of a wave is in that wave, each trace has its spans, and all fit the shape`() throws {
    let wave = try LoadWave(Self.shape, rate: 1000, spanCountMin: 1000)
    let all = try wave.requests.flatMap { try spans($0.bytes(wave: 3, beginning: Self.begin)) }
    #expect(all.count == wave.spanCount)
    let ids = Set(all.map(\.spanID))
    #expect(ids.count == all.count)
    #expect(all.allSatisfy { $0.parentSpanID.isZero || ids.contains($0.parentSpanID) })
    #expect(all.allSatisfy { $0.attributes.count == 10 })
    let traces = Dictionary(grouping: all, by: \.traceID)
    #expect(traces.values.allSatisfy { $0.count == Self.shape.spansPerTrace })
    #expect(Set(all.compactMap(\.resource.serviceName)).count == 4)
    let failed = traces.values.count { $0.contains { $0.status.code == .error } }
    #expect((0.1...0.3).contains(Double(failed) / Double(traces.count)))
    #expect(all.allSatisfy { $0.end >= $0.start })
  }

  /// Answers with what it was made with, and keeps what it was sent.
  private final class Sender: SpanSender {
    let requests = Mutex<[[UInt8]]>([])
    let batches = Mutex<[Int]>([])
    let result: Result<SendingResult, SendingError>
    let requestsTogether: Int

    init(_ result: Result<SendingResult, SendingError>, together: Int = 1) {
      self.result = result
      requestsTogether = together
    }

    func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
      requests.withLock { $0.append(request) }
      return try result.get()
    }

    func send(together requests: [[UInt8]]) async throws(SendingError) -> [SendingResult] {
      batches.withLock { $0.append(requests.count) }
      var results: [SendingResult] = []
      for request in requests { results.append(try await send(request)) }
      return results
    }

    func close() async {}
  }

  /// Time that passes only in pauses.
  private final class Clock: Sendable {
    private let passed = Mutex(TraceModel.Duration.zero)
    var load: LoadClock {
      LoadClock(
        now: { LoadTests.begin + self.elapsed }, elapsed: { self.elapsed },
        sleep: { length in self.passed.withLock { $0 = Duration(nanoseconds: $0.nanoseconds + length.nanoseconds) } })
    }
    var elapsed: TraceModel.Duration { passed.withLock { $0 } }
  }

  private func run(
    _ senders: [Sender], rate: Double?, spans: Int?, until isOver: @escaping @Sendable (TraceModel.Duration) -> Bool
  ) async throws -> LoadSummary {
    let wave = try LoadWave(Self.shape, rate: rate, spanCountMin: 1000)
    return try await LoadRun(
      wave, LoadSchedule(wave, seed: 1, rate: rate, spansMax: spans), over: senders,
      summary: LoadSummary(destination: "test", seed: 1), clock: Clock().load
    ).run(until: isOver)
  }

  @Test func `spans come at the rate and end when their request is sent`() async throws {
    let sender = Sender(.success(.accepted))
    let summary = try await run([sender], rate: 1000, spans: nil) { $0 >= .seconds(10) }
    #expect((10_000...10_300).contains(summary.spans))
    #expect(summary.accepted == summary.spans)
    for (number, request) in sender.requests.withLock({ $0 }).enumerated() {
      let sent = Self.begin + Duration(nanoseconds: UInt64(number) * 100_000_000)
      for span in try spans(request) { #expect(span.end <= sent && sent.since(span.end) < .seconds(5)) }
    }
  }

  @Test func `what has become due meanwhile is sent together, and the rate is kept`() async throws {
    let sender = Sender(.success(.unacknowledged(datagrams: 1)), together: 8)
    let summary = try await run([sender], rate: 500_000, spans: nil) { $0 >= .seconds(1) }
    #expect((500_000...500_800).contains(summary.spans))
    #expect(summary.unacknowledged == summary.spans && summary.latency.count == 0)
    // 100 spans a request: 5 become due in the millisecond that a sleep takes at least.
    let batches = sender.batches.withLock { $0 }
    #expect(batches.allSatisfy { $0 <= 8 })
    #expect((990...1010).contains(batches.count))
  }

  @Test func `without a rate as many are sent together as go`() async throws {
    let sender = Sender(.success(.unacknowledged(datagrams: 1)), together: 8)
    let summary = try await run([sender], rate: nil, spans: 8_000) { _ in false }
    #expect((8_000..<8_200).contains(summary.spans))
    #expect(sender.batches.withLock { $0.dropLast().allSatisfy { $0 == 8 } })
  }

  @Test func `requests that fail together are all counted`() async throws {
    let gone = SendingError.connectionClosed(Authority(host: "h", port: 1), duringAnswer: false)
    let summary = try await run([Sender(.failure(gone), together: 4)], rate: nil, spans: 400) { _ in false }
    #expect((summary.spans, summary.failed, summary.requests) == (400, 400, 4))
    #expect(summary.problems == ["\(gone)": 400])
  }

  @Test func `enough spans end the load, and no two of its requests are the same`() async throws {
    let senders = [Sender(.success(.accepted)), Sender(.success(.accepted))]
    let summary = try await run(senders, rate: nil, spans: 8_000) { _ in false }
    #expect((8_000..<8_200).contains(summary.spans))
    let all = senders.flatMap { $0.requests.withLock { $0 } }
    #expect(Set(all).count == summary.requests && all.count == summary.requests)
    #expect(summary.latency.count == UInt64(summary.requests))
  }

  @Test func `what was not accepted is counted with what was said`() async throws {
    let rejecting = try await run(
      [Sender(.success(.partlyRejected(spans: 3, reason: "too odd")))], rate: nil, spans: 100
    ) { _ in false }
    #expect((rejecting.accepted, rejecting.rejected, rejecting.problems["too odd"]) == (97, 3, 3))
    let gone = SendingError.connectionClosed(Authority(host: "h", port: 1), duringAnswer: false)
    let failing = try await run([Sender(.failure(gone))], rate: nil, spans: 100) { _ in false }
    #expect((failing.accepted, failing.failed) == (0, 100))
    #expect(failing.problems == ["\(gone)": 100])
    #expect(LoadText.render(failing).contains("accepted 0, rejected 0, failed 100"))
  }

  @Test func `nobody listening ends the load at once`() async throws {
    let refused = SendingError.connectionRefused(Authority(host: "h", port: 1))
    await #expect(throws: refused) {
      _ = try await run([Sender(.failure(refused))], rate: nil, spans: nil) { _ in false }
    }
  }
}
