import TraceModel
import TraceQuery

/// Traces and queries by chance (SplitMix64), about the same few keys and values.
struct MadeUp {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func one<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
  mutating func chance(_ one: Int) -> Bool { below(one) == 0 }

  // MARK: Traces

  private static let names = ["a", "b", "ab", "", "é", "e\u{301}"]
  private static let keys = ["x", "y", "a b", "span.x"]

  mutating func trace() -> [TraceModel.Span] {
    let count = 1 + below(9)
    var spans: [TraceModel.Span] = []
    for number in 0..<count {
      // A parent that is there, one that is not, itself, or one that makes a circle.
      let parent = chance(4) ? 0 : UInt64(1 + below(count + 1))
      let start = UInt64(below(5)) * 10
      var span = TraceModel.Span(
        traceID: TraceID(high: 0, low: 7), spanID: SpanID(rawValue: UInt64(number + 1)),
        parentSpanID: SpanID(rawValue: parent), name: one(Self.names), kind: one(SpanKind.known),
        start: Timestamp(unixNanoseconds: 1000 + start),
        end: Timestamp(unixNanoseconds: 1000 + start + UInt64(below(4)) * 10), attributes: attributes(),
        status: SpanStatus(code: one([.unset, .ok, .error]), message: chance(3) ? "a" : ""),
        resource: Resource(attributes: attributes() + [Attribute("service.name", .string(one(["a", "b"])))]),
        scope: InstrumentationScope(name: one(Self.names), attributes: attributes()))
      for _ in 0..<below(3) {
        span.events.append(
          SpanEvent(
            time: Timestamp(unixNanoseconds: 990 + UInt64(below(50))), name: one(Self.names), attributes: attributes()))
      }
      if chance(3) {
        span.links.append(
          SpanLink(
            traceID: TraceID(high: 0, low: 7), spanID: SpanID(rawValue: UInt64(below(4))), attributes: attributes()))
      }
      spans.append(span)
      if chance(5) { spans.append(span) }
    }
    return spans
  }

  private mutating func attributes() -> [Attribute] {
    (0..<below(4)).map { _ in Attribute(one(Self.keys), value(depth: 1)) }
  }

  private mutating func value(depth: Int) -> AttributeValue {
    switch below(depth > 0 ? 8 : 6) {
    case 0: .string(one(Self.names))
    case 1: .bool(chance(2))
    case 2, 3: .int(one([0, 1, -2, 10, .max, .min]))
    case 4: .double(one([0, 0.5, 1, -2, 1e19, .nan, .infinity]))
    case 5: one([.empty, .bytes([1]), .keyValueList([])])
    default: .array((0..<below(3)).map { _ in value(depth: depth - 1) })
    }
  }

  // MARK: Conditions

  mutating func condition(depth: Int, ofSpanAlone: Bool = false) -> TraceQLExpression {
    switch below(depth > 0 ? 9 : 5) {
    case 0...4: return comparison(ofSpanAlone)
    case 5:
      return .and(
        condition(depth: depth - 1, ofSpanAlone: ofSpanAlone), condition(depth: depth - 1, ofSpanAlone: ofSpanAlone))
    case 6:
      return .or(
        condition(depth: depth - 1, ofSpanAlone: ofSpanAlone), condition(depth: depth - 1, ofSpanAlone: ofSpanAlone))
    case 7: return .not(condition(depth: depth - 1, ofSpanAlone: ofSpanAlone))
    default:
      let flag = TraceQLExpression.field(attribute(ofSpanAlone))
      return chance(2) ? flag : .not(flag)
    }
  }

  private mutating func attribute(_ ofSpanAlone: Bool) -> TraceQLField {
    let scopes: [TraceQLField.Scope] =
      ofSpanAlone
      ? [.any, .span, .resource, .event, .link, .instrumentation] : TraceQLField.Scope.allCases + [.any, .span]
    return .attribute(one(scopes), one(Self.keys))
  }

  private mutating func comparison(_ ofSpanAlone: Bool) -> TraceQLExpression {
    let equality: [TraceQLOperator] = [.equal, .notEqual]
    let order: [TraceQLOperator] = equality + [.less, .lessOrEqual, .greater, .greaterOrEqual]
    switch below(8) {
    case 0:
      return either(.field(attribute(ofSpanAlone)), one(equality), .literal(one([.nil, .bool(true), .bool(false)])))
    case 1, 2: return either(.field(attribute(ofSpanAlone)), one(order), .literal(.string(one(Self.names))))
    case 3:
      let texts: [TraceQLIntrinsic] =
        [.name, .statusMessage, .spanID, .parentID, .traceID, .eventName, .linkSpanID, .instrumentationName]
        + (ofSpanAlone ? [] : [.parent, .rootName, .rootServiceName])
      let field = chance(2) ? TraceQLField.intrinsic(one(texts)) : attribute(ofSpanAlone)
      if chance(3) {
        return .binary(
          .field(field), one([.matches, .matchesNot]), .literal(.string(one(["a.*", "(a|b)", "[0-2]*", ""]))))
      }
      return either(.field(field), one(order), .literal(.string(one(Self.names + ["0000000000000002"]))))
    case 4:
      switch below(3) {
      case 0: return either(.field(.intrinsic(.status)), one(equality), .literal(.status(one([.ok, .error, .unset]))))
      case 1: return either(.field(.intrinsic(.kind)), one(equality), .literal(.kind(one(SpanKind.known))))
      default: return either(.field(.intrinsic(.outcome)), one(equality), .literal(.outcome(one([.ok, .fault]))))
      }
    default: return either(number(2, ofSpanAlone), one(order), number(2, ofSpanAlone))
    }
  }

  private mutating func either(
    _ left: TraceQLExpression, _ sign: TraceQLOperator, _ right: TraceQLExpression
  ) -> TraceQLExpression {
    chance(5) ? .binary(right, sign, left) : .binary(left, sign, right)
  }

  private mutating func number(_ depth: Int, _ ofSpanAlone: Bool) -> TraceQLExpression {
    switch below(depth > 0 ? 7 : 5) {
    case 0, 1: return .literal(literal())
    case 2: return .field(attribute(ofSpanAlone))
    case 3, 4:
      let numbers: [TraceQLIntrinsic] =
        [.duration, .eventTimeSinceStart]
        + (ofSpanAlone ? [] : [.childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent, .traceDuration])
      return .field(.intrinsic(one(numbers)))
    case 5: return .minus(.field(attribute(ofSpanAlone)))
    default:
      return .binary(
        number(depth - 1, ofSpanAlone), one([.add, .subtract, .multiply, .divide, .remainder, .power]),
        number(depth - 1, ofSpanAlone))
    }
  }

  private mutating func literal() -> TraceQLLiteral {
    one([
      .int(0), .int(1), .int(-2), .int(10), .int(.max), .int(.min), .double(0.5), .double(-2), .double(1e19),
      .duration(nanoseconds: 10), .duration(nanoseconds: -10), .duration(nanoseconds: 90_000_000_000),
    ])
  }

  // MARK: Pipelines

  mutating func pipeline(depth: Int) -> TraceQLPipeline {
    var stages = [TraceQLStage.spansets(spansets(depth: depth))]
    for _ in 0..<below(3) {
      switch below(6) {
      case 0: stages.append(.by((0...below(2)).map { _ in key() }))
      case 1:
        stages.append(
          .scalarFilter(TraceQLScalarFilter(scalar(2), one([.less, .greaterOrEqual, .notEqual]), scalar(1))))
      case 2: stages.append(.coalesce)
      case 3: stages.append(.select([attribute(false), .intrinsic(.name)]))
      default: stages.append(.spansets(spansets(depth: 1)))
      }
    }
    return TraceQLPipeline(stages)
  }

  private mutating func key() -> TraceQLExpression {
    chance(2) ? .field(one([.intrinsic(.name), .intrinsic(.kind), attribute(false)])) : comparison(false).withField
  }

  private mutating func spansets(depth: Int) -> TraceQLSpansets {
    if depth == 0 || chance(3) { return .filter(chance(6) ? .literal(.bool(true)) : condition(depth: 1)) }
    if chance(6) { return .pipeline(longPipeline(depth: depth - 1)) }
    var signs: [TraceQLSpansetOperator] = [.and, .or]
    for relation in TraceQLSpansetOperator.Relation.allCases {
      for form in TraceQLSpansetOperator.Form.allCases { signs.append(.relation(relation, form)) }
    }
    return .combined(spansets(depth: depth - 1), one(signs), spansets(depth: depth - 1))
  }

  /// One that needs its parentheses.
  private mutating func longPipeline(depth: Int) -> TraceQLPipeline {
    var pipeline = pipeline(depth: depth)
    pipeline.stages.append(.spansets(spansets(depth: 0)))
    return pipeline
  }

  /// The first has a figure of spans.
  private mutating func scalar(_ depth: Int) -> TraceQLScalar {
    if depth == 1 { return .literal(literal()) }
    let operand = TraceQLExpression.field(
      one([.intrinsic(.duration), .intrinsic(.childCount), .intrinsic(.eventTimeSinceStart), attribute(false)]))
    let aggregate = TraceQLScalar.aggregate(one([.count, .avg(operand), .min(operand), .max(operand), .sum(operand)]))
    return chance(3) ? .binary(aggregate, one([.add, .multiply, .power]), .literal(literal())) : aggregate
  }

  // MARK: Queries

  mutating func query() -> TraceQLQuery {
    var query = TraceQLQuery(pipeline(depth: 3))
    if chance(2) { query.metrics = metrics() }
    if chance(4) { query.hints = [TraceQLHint("sample", .bool(true)), TraceQLHint("n", literal())] }
    return query
  }

  private mutating func metrics() -> TraceQLMetrics {
    let field = one([.intrinsic(.duration), attribute(false)])
    let function: TraceQLMetricsFunction = one([
      .rate, .countOverTime, .minOverTime(field), .maxOverTime(field), .avgOverTime(field), .sumOverTime(field),
      .quantileOverTime(field, [0, 0.5, 1]), .histogramOverTime(field),
      .compare(TraceQLComparison(condition(depth: 1), valuesMax: 1 + below(20), window: chance(2) ? 5..<5 : nil)),
    ])
    var metrics = TraceQLMetrics(function)
    if case .compare = function {} else { metrics.by = (0..<below(3)).map { _ in attribute(false) } }
    for _ in 0..<below(3) {
      metrics.stages.append(
        one([.topk(5), .bottomk(1), .comparison(.greater, literal()), .comparison(.notEqual, literal())]))
    }
    return metrics
  }
}

extension TraceQLExpression {
  /// Groups are by what differs from span to span.
  fileprivate var withField: TraceQLExpression { fields.isEmpty ? .field(.intrinsic(.name)) : self }
}
