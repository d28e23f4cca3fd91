import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import TraceModel

/// Traces that are not as they should be.
@Suite struct JaegerTraceTests {
  private static let id = TraceID(high: 1, low: 2)

  private static func span(
    _ id: UInt64, _ parent: UInt64, _ kind: SpanKind, of service: String, from: UInt64, to: UInt64,
    in trace: TraceID = id
  ) -> TraceModel.Span {
    Span(
      traceID: trace, spanID: SpanID(rawValue: id), parentSpanID: SpanID(rawValue: parent), name: "\(service) \(id)",
      kind: kind, start: Fixture.start(1) + .milliseconds(from), end: Fixture.start(1) + .milliseconds(to),
      resource: Resource(attributes: [
        Attribute("service.name", .string(service)), Attribute("host.name", .string("\(service)-0")),
      ]))
  }

  private static func trace(
    _ query: String = "", of spans: [TraceModel.Span],
    _ check: @escaping @Sendable (JaegerTests.Envelope.Trace) throws -> Void
  ) async throws {
    try await Fixture.ask(beside: spans) { client in
      try await client.execute(uri: "/api/traces/\(id)\(query)", method: .get) { response in
        #expect(response.status == .ok)
        let found = try JSONDecoder().decode(JaegerTests.Envelope.self, from: Data(buffer: response.body))
        #expect(found.data.count == 1)
        if let trace = found.data.first { try check(trace) }
      }
    }
  }

  @Test func `a span whose parent is missing says so, unless it is asked for as it was sent`() async throws {
    let spans = [
      Self.span(1, 0, .server, of: "web", from: 0, to: 100), Self.span(2, 77, .internal, of: "web", from: 10, to: 20),
    ]
    try await Self.trace(of: spans) { trace in
      #expect(
        trace.spans.map(\.warnings) == [
          nil, ["parent span ID=000000000000004d is not in the trace; skipping clock skew adjustment"],
        ])
      #expect(
        trace.spans[1].references == [JaegerTests.Envelope.Reference(refType: "CHILD_OF", spanID: "000000000000004d")])
    }
    try await Self.trace("?raw=true", of: spans) { trace in
      #expect(trace.spans.allSatisfy { $0.warnings == nil })
    }
  }

  @Test func `a callee whose clock is early is shown inside its caller, and as sent if raw`() async throws {
    let spans = [
      Self.span(1, 0, .client, of: "web", from: 100, to: 200), Self.span(2, 1, .server, of: "cart", from: 0, to: 50),
    ]
    let start = Fixture.start(1).unixNanoseconds / 1000
    try await Self.trace(of: spans) { trace in
      #expect(trace.spans.map(\.startTime) == [start + 100_000, start + 125_000])
      #expect(trace.spans[1].warnings?.count == 1 && trace.spans[1].warnings?[0].contains("+125ms") == true)
    }
    try await Self.trace("?raw=1", of: spans) { trace in
      #expect(trace.spans.map(\.startTime).sorted() == [start, start + 100_000])
    }
  }

  @Test func `both ends of a call under one ID are shown under two, the callee's below the caller's`() async throws {
    try await Self.trace(of: [
      Self.span(1, 0, .server, of: "web", from: 0, to: 100), Self.span(2, 1, .client, of: "web", from: 10, to: 90),
      Self.span(2, 1, .server, of: "cart", from: 20, to: 80), Self.span(3, 2, .internal, of: "cart", from: 30, to: 40),
    ]) { trace in
      let ids = Dictionary(trace.spans.map { ($0.operationName, $0.spanID) }, uniquingKeysWith: { first, _ in first })
      #expect(Set(trace.spans.map(\.spanID)).count == 4)
      #expect(ids["web 2"] == "0000000000000002")
      let parents = Dictionary(
        trace.spans.map { ($0.operationName, $0.references.first?.spanID) }, uniquingKeysWith: { first, _ in first })
      #expect(parents["cart 2"] == ids["web 2"])
      #expect(parents["cart 3"] == ids["cart 2"])
    }
  }

  @Test func `ways of one trace come in the order in which they end, each once`() async throws {
    let fan = (2...UInt64(12)).map { Self.span($0, 1, .server, of: "s\($0)", from: $0 * 10, to: $0 * 10 + 5) }
    try await Fixture.ask(beside: [Self.span(1, 0, .server, of: "front", from: 0, to: 500)] + fan) { client in
      try await client.execute(uri: "/api/deep-dependencies?service=front", method: .get) { response in
        let text = String(buffer: response.body)
        let places = (2...12).map { text.firstRange(of: "\"s\($0)\"")?.lowerBound }
        #expect(!places.contains(nil))
        #expect(
          zip(places, places.dropFirst()).allSatisfy { one, next in
            guard let one, let next else { return false }
            return one < next
          })
        #expect(text.split(separator: "exemplar_trace_id").count - 1 == 11)
      }
    }
  }

  @Test func `a giant trace is cut, alone and in a search, and says so`() async throws {
    let giant = (1...UInt64(20_010)).map {
      Self.span($0, $0 == 1 ? 0 : 1, .internal, of: "giant", from: $0, to: $0 + 1)
    }
    try await Fixture.ask(beside: giant) { client in
      for uri in ["/api/traces/\(Self.id)", "/api/traces?service=giant"] {
        try await client.execute(uri: uri, method: .get) { response in
          let found = try JSONDecoder().decode(JaegerTests.Envelope.self, from: Data(buffer: response.body))
          #expect(found.data.map(\.spans.count) == [20_000], "\(uri)")
          #expect(found.data.first?.warnings?.first?.hasPrefix("only the 20000 spans that arrived first") == true)
          #expect(response.headers[.spoorPartial] == "true", "\(uri)")
        }
      }
      for uri in ["/api/traces?traceID=\(Self.id)", "/api/v3/traces/\(Self.id)"] {
        try await client.execute(uri: uri, method: .get) { response in
          #expect(response.headers[.spoorPartial] == "true", "\(uri)")
        }
      }
      // Nor does it stand for all others where traces are judged.
      try await client.execute(uri: "/api/quality-metrics", method: .get) { response in
        let text = String(buffer: response.body)
        #expect(text.contains("From the newest 12 traces of the window, 72 spans; one more has more than 2000 spans"))
      }
    }
  }

  @Test func `an answer has a bounded number of spans, and counts the traces it leaves out`() async throws {
    let traces = (1...UInt64(3)).flatMap { number in
      (1...UInt64(9000)).map {
        Self.span(
          $0, $0 == 1 ? 0 : 1, .internal, of: "giant", from: number, to: number + 1, in: TraceID(high: 9, low: number))
      }
    }
    let more = (4...UInt64(5)).map {
      Self.span(1, 0, .internal, of: "giant", from: 0, to: 1, in: TraceID(high: 9, low: $0))
    }
    try await Fixture.ask(beside: traces + more) { client in
      try await client.execute(uri: "/api/traces?service=giant", method: .get) { response in
        let found = try JSONDecoder().decode(JaegerTests.Envelope.self, from: Data(buffer: response.body))
        #expect(found.data.map(\.spans.count) == [9000, 9000, 2000])
        #expect(
          found.errors?.map(\.msg) == [
            "3 of the 5 traces found are in this answer, which has at most 20000 spans; take a smaller limit or window"
          ])
      }
    }
  }
}
