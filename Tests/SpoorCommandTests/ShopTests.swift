import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct ShopTests {
  static let end = Timestamp(unixSeconds: 1_800_000_000)
  static let seeds: [UInt64] = [0, 1, 7, 42, .max]

  static func traces(_ count: Int, seed: UInt64) -> [ShopTrace] {
    var shop = Shop(seed: seed)
    return (0..<count).map { _ in shop.next(endingAt: end) }
  }

  @Test func `a seed makes the same traces, to the last attribute`() {
    #expect(Self.traces(60, seed: 42).map(\.spans) == Self.traces(60, seed: 42).map(\.spans))
    #expect(Self.traces(3, seed: 42).map(\.spans) != Self.traces(3, seed: 43).map(\.spans))
  }

  /// What the numbers are is of no matter; that they stay is: a seed in somebody's report must still say the same.
  @Test func `seed 42 makes the traces that it always made`() {
    let traces = Self.traces(20, seed: 42)
    #expect(traces.map(\.spans.count) == [10, 8, 16, 10, 8, 10, 10, 8, 10, 16, 10, 7, 10, 16, 8, 8, 10, 10, 8, 10])
    #expect(traces.first?.spans.first?.traceID.description == "fc991bca1a1aa1ae4f0482a72b57ee7d")
    #expect(digest(of: traces.flatMap(\.spans)) == 17_995_256_746_423_528_909)
  }

  /// FNV-1a over what a person would see of the spans.
  private func digest(of spans: [TraceModel.Span]) -> UInt64 {
    spans.lazy
      .flatMap { "\($0.spanID) \($0.parentSpanID) \($0.name) \($0.start) \($0.end) \($0.status.code)\n".utf8 }
      .reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
  }

  @Test func `a checkout goes through the whole shop`() {
    let checkout = Self.traces(3, seed: 42)[2].spans
    #expect(
      tree(of: checkout) == """
        web server POST /checkout
          web client POST
            checkout server POST /orders
              checkout internal validate order
              checkout client shop.stock.v1.Stock/Reserve
                stock server shop.stock.v1.Stock/Reserve
                  stock client UPDATE stock
              checkout client shop.payment.v1.Payments/Charge
                payment server shop.payment.v1.Payments/Charge
                  payment client POST
              checkout producer send orders
                shipping consumer process orders
                  shipping internal choose carrier
                  shipping internal print label
                mailer consumer process orders
                  mailer internal render confirmation
        """)
  }

  private func tree(of spans: [TraceModel.Span]) -> String {
    func lines(below parent: SpanID, _ depth: Int) -> [String] {
      spans.filter { $0.parentSpanID == parent }.flatMap { span in
        [
          String(repeating: "  ", count: depth)
            + "\(span.resource.serviceName ?? "") \(span.kind) \(span.name)"
        ] + lines(below: span.spanID, depth + 1)
      }
    }
    return lines(below: .zero, 0).joined(separator: "\n")
  }

  @Test(arguments: seeds)
  func `every trace is one tree whose parents come before their children`(seed: UInt64) {
    for trace in Self.traces(100, seed: seed) {
      var known: Set<SpanID> = []
      #expect(Set(trace.spans.map(\.traceID)).count == 1)
      for (position, span) in trace.spans.enumerated() {
        #expect(!span.traceID.isZero && !span.spanID.isZero)
        #expect(span.parentSpanID.isZero == (position == 0))
        #expect(position == 0 || known.contains(span.parentSpanID))
        #expect(known.insert(span.spanID).inserted)
      }
    }
  }

  @Test(arguments: seeds)
  func `children lie inside their parents, but for messages, which come after`(seed: UInt64) throws {
    for trace in Self.traces(100, seed: seed) {
      let spans = Dictionary(uniqueKeysWithValues: trace.spans.map { ($0.spanID, $0) })
      for span in trace.spans where !span.parentSpanID.isZero {
        let parent = try #require(spans[span.parentSpanID])
        #expect(span.start < span.end)
        if span.kind == .consumer {
          #expect(span.start > parent.end)
        } else {
          #expect(span.start >= parent.start && span.end <= parent.end)
        }
        for event in span.events { #expect(event.time >= span.start && event.time <= span.end) }
      }
    }
  }

  @Test(arguments: seeds)
  func `the last span ends when it should, and no trace takes a minute`(seed: UInt64) throws {
    for trace in Self.traces(100, seed: seed) {
      #expect(trace.spans.map(\.end).max() == Self.end)
      let start = try #require(trace.spans.first?.start)
      #expect(Self.end.since(start) < .seconds(60))
    }
  }

  @Test(arguments: seeds)
  func `everything that can happen happens in the first cycle`(seed: UInt64) {
    let journeys = Set(Self.traces(ShopJourney.cycle.count, seed: seed).map(\.journey))
    #expect(journeys == Set(ShopJourney.allCases))
  }

  @Test func `later less goes wrong`() {
    let journeys = Self.traces(1000, seed: 42).dropFirst(20).map(\.journey)
    let troubled = journeys.count { $0 != $0.smooth }
    #expect((0.1...0.25).contains(Double(troubled) / Double(journeys.count)))
  }

  @Test func `services say who they are in both generations of names`() {
    let spans = Self.traces(20, seed: 42).flatMap(\.spans)
    #expect(Set(spans.map { $0.resource.serviceName }) == Set(ShopService.allCases.map(\.rawValue)))
    #expect(spans.allSatisfy { $0.resource.serviceNamespace == "shop" && !$0.scope.name.isEmpty })
    let keys = Set(spans.flatMap(\.attributes).map(\.key))
    for key in [
      "http.response.status_code", "http.status_code", "db.system.name", "db.system", "server.address", "net.peer.name",
      "rpc.status_code", "rpc.grpc.status_code",
    ] { #expect(keys.contains(key), "\(key)") }
  }

  @Test func `there are exceptions, links and trace states`() {
    let spans = Self.traces(40, seed: 42).flatMap(\.spans)
    #expect(spans.contains { $0.events.contains { $0.name == "exception" } && $0.status.code == .error })
    #expect(spans.contains { !$0.traceState.isEmpty })
    let producers = Set(spans.filter { $0.kind == .producer }.map(\.spanID))
    for consumer in spans where consumer.kind == .consumer {
      #expect(consumer.links.count == 1 && consumer.links.allSatisfy { producers.contains($0.spanID) })
    }
  }
}
