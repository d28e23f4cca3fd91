import Foundation
import RingSimulator
import RingStore
import Testing
import TraceLinking
import TraceModel

@testable import TraceQuery

/// Answers from the footers of a real ring, over kills, restarts and laps, against joining all retained spans at once.
@Suite struct RecountTests {
  private let slotByteCount: UInt64 = 512 << 10

  /// `tools/soak` takes more of them.
  private static let seeds: ClosedRange<UInt64> =
    1...(ProcessInfo.processInfo.environment["SPOOR_RECOUNT_SEEDS"].flatMap { UInt64($0) } ?? 2)

  @Test(arguments: seeds)
  func `maps and services equal a recount of what is retained, after kills and laps`(seed: UInt64) throws {
    var random = SplitMix64(state: seed)
    var traffic = Traffic(random: SplitMix64(state: seed &* 31))
    var files = SimulatedFileSystem()
    var ring = try open(files)
    for round in 0..<100 {
      for _ in 0..<8 { try ring.append([SpanBatch(traffic.request())], receivedAt: traffic.now) }
      switch random.next() % 8 {
      case 0:  // kill -9
        files = files.copy()
        ring = try open(files)
      case 1:  // a power loss
        files = files.crashed(keeping: .subset, &random)
        ring = try open(files)
      case 2:
        try ring.close()
        ring = try open(files)
      default:
        try ring.sync()
      }
      guard round % 25 == 24 else { continue }
      try check(ring.catalog.snapshot, traffic.now, "seed \(seed), round \(round)")
    }
    #expect(ring.catalog.snapshot.retention.hasOverwritten, "seed \(seed): the ring has not been round")
    #expect(ring.catalog.snapshot.storedSegments.dropLast().allSatisfy { $0.hasAggregates }, "seed \(seed)")
    try check(RingSnapshot.reading("/ring", files: files), traffic.now, "seed \(seed), read by another process")
  }

  private func open(_ files: SimulatedFileSystem) throws -> Ring {
    try Ring.open(
      "/ring", capacity: 10 * slotByteCount, slotByteCount: slotByteCount, files: files,
      now: { Timestamp(unixSeconds: 1_700_000_000) }, entropy: { 5 }, fold: ServiceMapFold())
  }

  private func check(_ snapshot: RingSnapshot, _ now: Timestamp, _ comment: Comment) throws {
    let queries = TraceQueries { () throws(RingError) in snapshot }
    let minute = Timestamp(unixSeconds: now.unixNanoseconds / 60_000_000_000 * 60)
    for window in [.all, TimeWindow(from: minute - .seconds(120)), TimeWindow(to: minute - .seconds(60))] {
      var graph = CallGraph()
      for block in snapshot.blocks(overlapping: .all) {
        let batch = try #require(try snapshot.read(block), comment)
        try graph.add(batch) { window.part(of: batch, row: $0, receivedAt: block.receivedAt) }
      }
      let recount = graph.join()
      let map = try queries.serviceMap(window)
      #expect(map.missingBlocks == 0, comment)
      let expected = recount.serviceMap(window, overwrittenBefore: map.value.coverage.overwrittenBefore)
      #expect(map.value.coverage.counted == expected.coverage.counted, comment)
      #expect(map.value.edges.map(Edge.init) == expected.edges.map(Edge.init), comment)
      let nodes = { (map: ServiceMap) in map.nodes.map { "\($0.id) \($0.spans) \($0.outcomes) \($0.latency.count)" } }
      #expect(nodes(map.value) == nodes(expected), comment)
      let services = try queries.services(window).value
      #expect(
        services.map { "\($0.name) \($0.spans) \($0.outcomes)" }
          == recount.services().map { "\($0.name) \($0.spans) \($0.outcomes)" }, comment)
    }
  }

  /// What must be equal to the last call. (Least and greatest durations may fall back to the bounds of their buckets.)
  private struct Edge: Equatable {
    let ends: String
    let outcomes: OutcomeCounts
    let count: UInt64
    let mean: Duration

    init(_ edge: ServiceMap.Edge) {
      ends = "\(edge.source) -> \(edge.target) \(edge.kind)"
      outcomes = edge.outcomes
      count = edge.latency.count
      mean = edge.latency.mean
    }
  }
}

extension ServiceMap.Coverage {
  /// Without `late`, which only segments know.
  fileprivate var counted: [UInt64] { [spans, paired, unpaired, unlinked, skewed] }
}

/// Requests of a system of five services whose spans come in any order, some of them much later, some never; some stand
/// for several, and some link to what was sent before.
private struct Traffic {
  var random: SplitMix64
  private var serial: UInt64 = 0
  /// Spans that have been made and not sent.
  private var held: [Span] = []
  /// Some of those that have been sent, for others to link to.
  private var senders: [SpanLink] = []

  init(random: SplitMix64) {
    self.random = random
  }

  /// A second of the clock for every 20 spans.
  var now: Timestamp { Timestamp(unixSeconds: 1_700_000_000 + serial / 20) }

  mutating func request() -> [Span] {
    for _ in 0..<4 { makeTrace() }
    var sent: [Span] = []
    held.removeAll { span in
      switch random.next() % 40 {
      case 0: return true  // lost
      case 1...12: return false  // later
      default:
        sent.append(span)
        if span.kind == .producer {
          if senders.count == 200 { senders.remove(at: Int(random.next() % 200)) }
          senders.append(SpanLink(traceID: span.traceID, spanID: span.spanID))
        }
        if sent.count == 1 && random.next() % 4 == 0 { sent.append(span) }  // twice in one block
        return true
      }
    }
    return sent
  }

  private mutating func makeTrace() {
    let traceID = TraceID(high: 3, low: random.next())
    let traceState = ["", "", "", "ot=th:8", "ot=th:e"][below(5)]
    var spans: [Span] = []
    for _ in 0..<below(9) + 1 {
      serial += 1
      let parent = spans.isEmpty || below(12) == 0 ? nil : spans[below(spans.count)]
      let kind = SpanKind(rawValue: Int32(1 + below(5)))
      let end = now
      var span = Span(
        traceID: traceID, spanID: SpanID(rawValue: serial),
        parentSpanID: parent?.spanID ?? (below(6) == 0 ? SpanID(rawValue: 1 << 60 | serial) : .zero),
        name: "name \(below(4))", kind: kind,
        start: below(50) == 0 ? end + .seconds(1) : end - .milliseconds(UInt64(below(5000))), end: end,
        attributes: attributes(kind), status: SpanStatus(code: below(9) == 0 ? .error : .unset),
        resource: Resource(attributes: [Attribute("service.name", .string("service \(below(5))"))]))
      span.traceState = traceState
      if kind == .consumer, !senders.isEmpty, below(2) == 0 {
        span.links = (0...below(2)).map { _ in senders[below(senders.count)] }
      }
      spans.append(span)
    }
    held += spans
  }

  private mutating func attributes(_ kind: SpanKind) -> [Attribute] {
    var attributes = [Attribute("padding", .string(String(repeating: "x", count: below(4000)) + "\(serial)"))]
    if kind == .client && below(2) == 0 { attributes.append(Attribute("peer.service", .string("service \(below(7))"))) }
    if kind == .client && below(4) == 0 { attributes.append(Attribute("db.system", .string("redis"))) }
    if (kind == .producer || kind == .consumer) && below(2) == 0 {
      attributes.append(Attribute("messaging.system", .string("kafka")))
      attributes.append(Attribute("messaging.destination.name", .string("topic \(below(2))")))
    }
    if kind == .server {
      attributes.append(Attribute("http.response.status_code", .int([200, 404, 429, 500][below(4)])))
    }
    return attributes
  }

  private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
}
