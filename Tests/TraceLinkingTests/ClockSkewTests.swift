import Testing
import TraceLinking
import TraceModel

@Suite struct ClockSkewTests {
  @Test func `a server that seems to begin before its caller is put in the middle of it, with all that it does`() {
    var server = span("cart", .server, 2, parent: 1, start: 0, lasts: 20).on("b")
    server.events = [SpanEvent(time: server.start + .milliseconds(4), name: "read")]
    let trace = adjusted([
      span("web", .client, 1, start: 1000, lasts: 40).on("a"), server,
      span("cart", .internal, 3, parent: 2, start: 5, lasts: 10).on("b"),
    ])
    #expect(trace.spans.map(\.clockShift?.nanoseconds) == [nil, 1_010_000_000, 1_010_000_000])
    #expect(trace.spans.map { $0.span.start.since(base).nanoseconds / 1_000_000 } == [1000, 1010, 1015])
    #expect(trace.spans[1].span.events.map(\.time) == [base + .milliseconds(1014)])
    #expect(trace.spans[1].clockShift?.description == "+1.01s")
  }

  @Test func `one that lasts longer than its caller is only kept from beginning before it`() {
    let early = adjusted([
      span("web", .client, 1, start: 100, lasts: 10).on("a"),
      span("cart", .server, 2, parent: 1, start: 70, lasts: 50).on("b"),
    ])
    #expect(early.spans[1].clockShift == ClockShift(nanoseconds: 30_000_000))
    let late = adjusted([
      span("web", .client, 1, start: 100, lasts: 10).on("a"),
      span("cart", .server, 2, parent: 1, start: 105, lasts: 50).on("b"),
    ])
    #expect(late.spans[1].clockShift == nil)
  }

  @Test func `a clock that is ahead is put back`() {
    let trace = adjusted([
      span("web", .client, 1, start: 0, lasts: 40).on("a"),
      span("cart", .server, 2, parent: 1, start: 500, lasts: 20).on("b"),
    ])
    #expect(trace.spans[1].clockShift == ClockShift(nanoseconds: -490_000_000))
    #expect(trace.spans[1].clockShift?.description == "-490ms")
  }

  @Test func `spans of one host, and of one process that names none, stay as they are to each other`() {
    for host in ["a", nil] {
      let trace = adjusted([
        span("web", .server, 1, start: 100, lasts: 10).on(host),
        span("web", .internal, 2, parent: 1, start: 200, lasts: 5).on(host),
      ])
      #expect(trace.spans.allSatisfy { $0.clockShift == nil })
    }
  }

  @Test func `without hosts, a server is of another clock than its caller`() {
    let trace = adjusted([
      span("web", .client, 1, start: 100, lasts: 10), span("web", .server, 2, parent: 1, start: 90, lasts: 4),
    ])
    #expect(trace.spans[1].clockShift == ClockShift(nanoseconds: 13_000_000))
  }

  @Test func `a host is its ID, else its first address, else its name`() {
    func host(_ attributes: Attribute...) -> (Span) -> Span {
      { span in
        var span = span
        span.resource.attributes += attributes
        return span
      }
    }
    let address = Attribute("host.ip", .array([.string("10.0.0.1"), .string("10.0.0.2")]))
    let sameID = (host("host.id=1", "host.name=x"), host("host.id=1", "host.name=y"))
    let sameAddress = (host(address, "host.name=x"), host("host.ip=10.0.0.1"))
    let differentID = (host("host.id=1", "host.name=x"), host("host.id=2", "host.name=x"))
    let different = (host(address), host("host.name=x"))
    for ((first, second), isMoved) in [(sameID, false), (sameAddress, false), (differentID, true), (different, true)] {
      let trace = adjusted([
        first(span("web", .client, 1, start: 100, lasts: 10)),
        second(span("cart", .server, 2, parent: 1, start: 90, lasts: 4)),
      ])
      #expect((trace.spans[1].clockShift != nil) == isMoved)
    }
  }

  @Test func `a message that waited in a queue stays there`() {
    let trace = adjusted([
      span("web", .producer, 1, start: 0, lasts: 10).on("a"),
      span("mail", .consumer, 2, parent: 1, start: 900, lasts: 5).on("b"),
    ])
    #expect(trace.spans[1].clockShift == nil)
  }

  @Test func `what is further off than a minute is left there and says so`() {
    let trace = adjusted([
      span("web", .client, 1, start: 0, lasts: 10).on("a"),
      span("cart", .server, 2, parent: 1, start: 120_000, lasts: 10).on("b"),
      span("cart", .internal, 3, parent: 2, start: 120_001, lasts: 1).on("b"),
    ])
    let shift = ClockShift(nanoseconds: -120_000_000_000, isApplied: false)
    #expect(trace.spans.map(\.clockShift) == [nil, shift, shift])
    #expect(trace.spans[1].span.start == base + .seconds(120))
    #expect(shift.warning.contains("-2m00s"))
  }

  @Test func `both ends of a call under one ID are compared with each other`() {
    let trace = adjusted([
      span("web", .server, 1, start: 1000, lasts: 100).on("a"),
      span("web", .client, 2, parent: 1, start: 1080, lasts: 10).on("a"),
      span("cart", .server, 2, parent: 1, start: 500, lasts: 6).on("b"),
    ])
    #expect(trace.spans.map(\.span.kind) == [.server, .server, .client])
    #expect(trace.spans[1].span.start == base + .milliseconds(1082))
  }

  @Test func `times at the ends of time trap nothing`() {
    for (start, end) in [(UInt64.min, UInt64.max), (.max, .max), (.max, 0), (0, 0), (1, 1)] {
      for (otherStart, otherEnd) in [(UInt64.min, UInt64.max), (.max, .max), (.max, 0), (0, 0), (1, 1)] {
        var (parent, child) = (span("a", .client, 1).on("a"), span("b", .server, 2, parent: 1).on("b"))
        (parent.start, parent.end) = (Timestamp(unixNanoseconds: start), Timestamp(unixNanoseconds: end))
        (child.start, child.end) = (Timestamp(unixNanoseconds: otherStart), Timestamp(unixNanoseconds: otherEnd))
        let trace = ClockSkew.adjusting(
          TraceLinker.link(parent.traceID, [parent, child]), maximum: Duration(nanoseconds: .max))
        #expect(trace.spans.count == 2)
      }
    }
  }

  @Test func `200,000 spans below one another, each on another host, are adjusted without recursion`() {
    let spans = (1...200_000).map { number in
      span("a", .internal, UInt64(number), parent: UInt64(number - 1), start: 1000, lasts: 10).on("h\(number)")
    }
    #expect(adjusted(spans).spans.count == 200_000)
  }

  @Test(arguments: UInt64(0)..<300)
  func `random traces: children fit, and one host's spans keep together`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var spans: [TraceModel.Span] = []
    for number in 1...UInt64.random(in: 2...40, using: &random) {
      let host = ["a", "b", "c", nil].randomElement(using: &random) ?? nil
      let kinds: [SpanKind] = [.internal, .server, .client, .producer, .consumer]
      spans.append(
        span(
          "s", kinds.randomElement(using: &random) ?? .internal, number,
          parent: .random(in: 0..<number, using: &random), start: .random(in: 0...90_000, using: &random),
          lasts: .random(in: 0...40_000, using: &random)
        ).on(host))
    }
    let raw = TraceLinker.link(TraceID(high: 0, low: 1), spans.shuffled(seed: seed))
    let trace = ClockSkew.adjusting(raw)
    for (position, linked) in trace.spans.enumerated() {
      let (before, now) = (raw.spans[position].span, linked.span)
      let applied = linked.clockShift.map { $0.isApplied ? $0.nanoseconds : 0 } ?? 0
      // The answer says all that was done to it.
      #expect(now.start == before.start.moved(byNanoseconds: applied))
      #expect(now.end == before.end.moved(byNanoseconds: applied))
      guard let place = linked.parent else {
        #expect(linked.clockShift == nil)
        continue
      }
      let parent = trace.spans[place]
      let host = now.resource.attributes["host.name"]
      if let host, host == parent.span.resource.attributes["host.name"] {
        #expect(linked.clockShift == parent.clockShift, "seed \(seed), span \(now.spanID)")
      } else if let shift = linked.clockShift {
        if !shift.isApplied {
          #expect(shift.nanoseconds.magnitude > LinkingLimits.clockShiftMax.nanoseconds || host == nil)
        } else if host != nil {
          #expect(now.start >= parent.span.start, "seed \(seed), span \(now.spanID)")
          let isMessage = now.kind == .consumer || parent.span.kind == .producer
          if now.duration <= parent.span.duration, !isMessage {
            #expect(now.end <= parent.span.end, "seed \(seed), span \(now.spanID)")
          }
        }
      }
    }
  }

  private let base = Timestamp(unixSeconds: 1_700_000_000)

  private func adjusted(_ spans: [TraceModel.Span]) -> Trace {
    ClockSkew.adjusting(TraceLinker.link(TraceID(high: 0, low: 1), spans))
  }
}

extension TraceModel.Span {
  fileprivate func on(_ host: String?) -> TraceModel.Span {
    guard let host else { return self }
    var span = self
    span.resource.attributes.append(Attribute("host.name", .string(host)))
    return span
  }
}
