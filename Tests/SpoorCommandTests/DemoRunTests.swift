import OTLPCodec
import Synchronization
import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct DemoRunTests {
  /// Keeps what it is given.
  private final class RecordingSender: SpanSender {
    private let requests = Mutex<[[UInt8]]>([])
    let result: Result<SendingResult, SendingError>

    init(_ result: Result<SendingResult, SendingError> = .success(.accepted)) {
      self.result = result
    }

    func send(_ request: [UInt8]) async throws(SendingError) -> SendingResult {
      requests.withLock { $0.append(request) }
      return try result.get()
    }

    func close() async {}

    var batches: [[TraceModel.Span]] {
      get throws {
        try requests.withLock { $0 }.map { request in
          var decoder = RequestDecoder()
          return try decoder.decode(request).batch.spans()
        }
      }
    }
  }

  /// Time that only passes in pauses.
  private final class Clock: Sendable {
    private let time = Mutex(ShopTests.end)
    var now: Timestamp { time.withLock { $0 } }
    func pass(_ length: TraceModel.Duration) { time.withLock { $0 = $0 + length } }
  }

  private static let transports = ShopTransports(
    http: Destination(.http, host: "h", port: 1), tcp: Destination(.tcp, host: "h", port: 2),
    udp: Destination(.udp, host: "h", port: 3))

  private let clock = Clock()
  private let recorders = Dictionary(uniqueKeysWithValues: ShopService.allCases.map { ($0, RecordingSender()) })

  private func run(rate: Double, tracesMax: Int?, senders: [ShopService: any SpanSender]? = nil) throws -> DemoRun {
    DemoRun(
      shop: Shop(seed: 42), rate: rate, tracesMax: tracesMax, transports: try #require(Self.transports),
      senders: senders ?? recorders, now: { clock.now }, pause: { clock.pass($0) })
  }

  @Test func `all spans of all traces are sent, each by its service, in batches of its own`() async throws {
    var run = try run(rate: 20, tracesMax: 50)
    try await run.run(until: { false })
    let expected = Set(ShopTests.traces(50, seed: 42).flatMap(\.spans).map(\.spanID))
    var sent: Set<SpanID> = []
    for (service, recorder) in recorders {
      for batch in try recorder.batches {
        #expect(batch.allSatisfy { $0.resource.serviceName == service.rawValue })
        for span in batch { #expect(sent.insert(span.spanID).inserted) }
      }
    }
    #expect(sent == expected)
    #expect(run.summary.traces == 50)
    #expect(run.summary.spans == expected.count)
  }

  @Test func `traces come at the rate, and end when they came`() async throws {
    var run = try run(rate: 20, tracesMax: 41)
    let begin = clock.now
    var progress: [Int] = []
    try await run.run(until: { false }, onProgress: { progress.append($0.traces) })
    #expect(progress == [1, 6, 11, 16, 21, 26, 31, 36, 41])
    #expect(clock.now.since(begin) == .seconds(2))
    var ends: [TraceID: Timestamp] = [:]
    for span in try recorders.values.flatMap({ try $0.batches }).joined() {
      ends[span.traceID] = max(ends[span.traceID] ?? span.end, span.end)
    }
    for (position, trace) in ShopTests.traces(41, seed: 42).enumerated() {
      #expect(trace.spans.first.flatMap { ends[$0.traceID] } == begin + .milliseconds(50 * UInt64(position)))
    }
  }

  @Test func `a collector that is slow is not owed more than a round holds`() async throws {
    var run = try run(rate: 5000, tracesMax: DemoLimits.tracesPerRoundMax + 500)
    var progress: [Int] = []
    try await run.run(
      until: { false },
      onProgress: {
        progress.append($0.traces)
        clock.pass(.seconds(60))
      })
    #expect(progress == [1, 2001, 2500])
    for recorder in recorders.values {
      #expect(try recorder.batches.allSatisfy { $0.count <= DemoLimits.spansPerRequestMax })
    }
  }

  @Test func `it stops between rounds when asked to`() async throws {
    var run = try run(rate: 20, tracesMax: nil)
    var rounds = 0
    try await run.run(until: { rounds == 3 }, onProgress: { _ in rounds += 1 })
    #expect(run.summary.traces == 11)
  }

  @Test func `a sender that fails ends it with its error`() async throws {
    let error = SendingError.connectionRefused(Authority(host: "h", port: 2))
    var senders: [ShopService: any SpanSender] = recorders
    senders[.cart] = RecordingSender(.failure(error))
    var run = try run(rate: 20, tracesMax: 9, senders: senders)
    await #expect(throws: error) { try await run.run(until: { false }) }
  }

  @Test func `the summary counts by transport and names examples`() async throws {
    var run = try run(rate: 20, tracesMax: 20)
    try await run.run(until: { false })
    let lines = run.summary.description.split(separator: "\n")
    #expect(lines[0].hasPrefix("sent 20 traces, \(run.summary.spans) spans (http "))
    let traces = ShopTests.traces(20, seed: 42)
    let slow = try #require(traces.first { $0.journey == .checkoutSlowly }?.spans.first?.traceID)
    #expect(lines.contains("slow checkout        \(slow)"))
    #expect(lines.count == 9)
  }

  @Test func `rejected spans are told`() async throws {
    var summary = DemoSummary()
    summary.add(spans: 9, over: .tcp, [.accepted, .partlyRejected(spans: 2, reason: "no\nroom")])
    #expect(summary.description == "sent 0 traces, 9 spans (tcp 9); the collector rejected 2 (no room)")
  }

  @Test func `a service whose transport is off uses another`() throws {
    let tcp = Destination(.tcp, host: "h", port: 2)
    let transports = try #require(ShopTransports(http: nil, tcp: tcp, udp: nil))
    #expect(ShopService.allCases.allSatisfy { transports.destination(of: $0) == tcp })
    #expect(ShopTransports(http: nil, tcp: nil, udp: nil) == nil)
  }

  @Test func `each transport has services of its own`() throws {
    let transports = try #require(Self.transports)
    #expect(Set(ShopService.allCases.map { transports.destination(of: $0).transport }).count == 3)
  }
}
