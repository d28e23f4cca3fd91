import Testing
import TraceModel
import TraceQuery

/// Queries and traces made up by chance: the real evaluation finds what the naive one does, and what is printed of a query
/// is that query. The seed of each round is part of what a failure prints.
@Suite struct TraceQLPropertyTests {
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `any query finds what a naive evaluator finds`(seed: UInt64) throws {
    var random = MadeUp(seed: seed)
    var matches = 0
    for round in 0..<60 {
      let pipeline = random.pipeline(depth: 3)
      let spans = random.trace()
      let match = try TraceQLMatcher(pipeline).match(SpanBatch(spans))
      let naive = NaiveTrace(spans).run(pipeline)
      #expect(match.spansets.map(\.rows) == naive.map { $0.map(\.row) }, "seed \(seed), round \(round): \(pipeline)")
      matches += match.isEmpty ? 0 : 1
    }
    #expect(matches > 1, "seed \(seed): too few queries find anything to tell")
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `any condition of a span alone holds in a batch of many traces where it naively does`(seed: UInt64) throws {
    var random = MadeUp(seed: seed &+ 1000)
    for round in 0..<60 {
      let expression = random.condition(depth: 3, ofSpanAlone: true)
      let spans = random.trace() + random.trace()
      let batch = SpanBatch(spans)
      let condition = try TraceQLCondition(expression).bound(to: batch)
      for (row, span) in spans.enumerated() {
        // A span whose parents are not there is the whole trace, for all that such a condition may look at.
        let naive = NaiveTrace([span]).run(TraceQLPipeline([.spansets(.filter(expression))]))
        #expect(try condition.holds(row) == !naive.isEmpty, "seed \(seed), round \(round), row \(row): \(expression)")
      }
    }
  }

  @Test(arguments: [-9, -2, -1, 0, 1, 2] as [Int64])
  func `roots are told from others without their traces, and as the naive evaluator tells them`(number: Int64) throws {
    let field = TraceQLExpression.field(.intrinsic(.nestedSetParent))
    for sign in TraceQLOperator.allCases where sign.isComparison && sign != .matches && sign != .matchesNot {
      for expression in [
        TraceQLExpression.binary(field, sign, .literal(.int(number))), .binary(.literal(.int(number)), sign, field),
      ] {
        guard expression.isOfSpanAlone else {
          #expect(number >= 0, "\(expression)")
          continue
        }
        for spans in TraceQLTraces.all {
          let condition = try TraceQLCondition(expression).bound(to: SpanBatch(spans))
          let found = try spans.indices.filter { try condition.holds($0) }
          let naive = NaiveTrace(spans).run(TraceQLPipeline([.spansets(.filter(expression))])).flatMap { $0.map(\.row) }
          let kept = Set(NaiveTrace(spans).nodes.map(\.row))
          #expect(found.filter(kept.contains) == naive, "\(expression)")
        }
      }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `what is printed of any query reads as that query`(seed: UInt64) throws {
    var random = MadeUp(seed: seed &+ 2000)
    for round in 0..<100 {
      let query = random.query()
      let printed = query.description
      do {
        #expect(try TraceQLQuery(printed) == query, "seed \(seed), round \(round): \(printed)")
      } catch {
        Issue.record("seed \(seed), round \(round): \(printed): \(error)")
      }
    }
  }
}
