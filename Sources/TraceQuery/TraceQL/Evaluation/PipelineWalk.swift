import TraceModel

/// Takes the spans of one trace through a pipeline, once.
struct PipelineWalk {
  private let patterns: TraceQLPatterns
  private let columns: TraceQLColumns
  private let trace: TraceQLTrace
  /// What was looked up for the batch, which one expression needs once, however many sets it is asked of.
  private var conditions: [TraceQLExpression: TraceQLRowCondition] = [:]
  private var readers: [TraceQLExpression: ValueReader] = [:]

  init(_ patterns: TraceQLPatterns, _ columns: TraceQLColumns, _ trace: TraceQLTrace) {
    (self.patterns, self.columns, self.trace) = (patterns, columns, trace)
  }

  mutating func run(_ pipeline: TraceQLPipeline, on first: TraceQLSpanset) throws(CodingError) -> [TraceQLSpanset] {
    var sets = [first]
    for stage in pipeline.stages {
      sets = try after(stage, sets)
      if sets.isEmpty { break }
    }
    return sets
  }

  private mutating func after(_ stage: TraceQLStage, _ sets: [TraceQLSpanset]) throws(CodingError) -> [TraceQLSpanset] {
    switch stage {
    case .select: return sets
    case .coalesce: return [TraceQLSpanset(Self.rows(of: sets))]
    case .spansets(let spansets):
      var kept: [TraceQLSpanset] = []
      for set in sets {
        let rows = try rows(of: spansets, among: set)
        if !rows.isEmpty { kept.append(TraceQLSpanset(rows, set.labels)) }
      }
      return kept
    case .by(let expressions):
      var groups: [TraceQLSpanset] = []
      for set in sets { groups += try self.groups(of: set, by: expressions) }
      return groups
    case .scalarFilter(let filter):
      var kept: [TraceQLSpanset] = []
      for var set in sets {
        let left = try figure(filter.left, &set)
        let right = try figure(filter.right, &set)
        if left.holds(filter.comparison, right) { kept.append(set) }
      }
      return kept
    }
  }

  // MARK: Sets

  /// Rising.
  private mutating func rows(of spansets: TraceQLSpansets, among set: TraceQLSpanset) throws(CodingError) -> [Int] {
    switch spansets {
    case .filter(let expression):
      let condition = condition(expression)
      var rows: [Int] = []
      for row in set.rows where try condition.holds(row) { rows.append(row) }
      return rows
    case .pipeline(let pipeline):
      return Self.rows(of: try run(pipeline, on: TraceQLSpanset(set.rows)))
    case .combined(let left, let sign, let right):
      let (leftRows, rightRows) = (try rows(of: left, among: set), try rows(of: right, among: set))
      switch sign {
      case .and: return leftRows.isEmpty || rightRows.isEmpty ? [] : Self.united(leftRows, rightRows)
      case .or: return Self.united(leftRows, rightRows)
      case .relation(let relation, let form):
        let related = trace.rows(rightRows, thatAre: relation, of: leftRows)
        switch form {
        case .plain: return related
        case .negated:
          let others = Set(related)
          return rightRows.filter { !others.contains($0) }
        case .union:
          return Self.united(related, trace.rows(leftRows, thatAre: relation.inverse, of: rightRows))
        }
      }
    }
  }

  /// Of two rising lists, all that are in one of them, rising.
  private static func united(_ left: [Int], _ right: [Int]) -> [Int] {
    if left.isEmpty { return right }
    if right.isEmpty { return left }
    return Set(left).union(right).sorted()
  }

  /// Each once, rising.
  private static func rows(of sets: [TraceQLSpanset]) -> [Int] {
    if sets.count == 1 { return sets[0].rows }
    var rows: Set<Int> = []
    for set in sets { rows.formUnion(set.rows) }
    return rows.sorted()
  }

  private mutating func condition(_ expression: TraceQLExpression) -> TraceQLRowCondition {
    if let known = conditions[expression] { return known }
    let condition = TraceQLRowCondition(expression, patterns, columns)
    conditions[expression] = condition
    return condition
  }

  private mutating func reader(_ expression: TraceQLExpression) -> ValueReader {
    if let known = readers[expression] { return known }
    let reader = ValueReader(expression, patterns, columns)
    readers[expression] = reader
    return reader
  }

  /// In the order of their first spans.
  private mutating func groups(
    of set: TraceQLSpanset, by expressions: [TraceQLExpression]
  ) throws(CodingError) -> [TraceQLSpanset] {
    var readers: [ValueReader] = []
    for expression in expressions { readers.append(reader(expression)) }
    var groups: [TraceQLSpanset] = []
    var places: [[TraceQLValue]: Int] = [:]
    for row in set.rows {
      var values: [TraceQLValue] = []
      for reader in readers { values.append(try reader.value(row).first) }
      if let place = places[values] {
        groups[place].rows.append(row)
      } else {
        places[values] = groups.count
        let labels = zip(expressions, values).map { TraceQLSpanset.Label(name: "by(\($0))", value: $1) }
        groups.append(TraceQLSpanset([row], set.labels + labels))
      }
    }
    return groups
  }

  // MARK: Figures

  /// The figures become labels of the set.
  private mutating func figure(_ scalar: TraceQLScalar, _ set: inout TraceQLSpanset) throws(CodingError) -> TraceQLValue
  {
    switch scalar {
    case .literal(let literal): return TraceQLValue(literal)
    case .binary(let left, let sign, let right):
      let (leftValue, rightValue) = (try figure(left, &set), try figure(right, &set))
      return leftValue.combined(sign, rightValue)
    case .aggregate(let aggregate):
      let value = try figure(aggregate, set.rows)
      let label = TraceQLSpanset.Label(name: aggregate.description, value: value)
      if !set.labels.contains(label) { set.labels.append(label) }
      return value
    }
  }

  private mutating func figure(_ aggregate: TraceQLAggregate, _ rows: [Int]) throws(CodingError) -> TraceQLValue {
    guard let expression = aggregate.expression else { return .int(Int64(rows.count)) }
    let reader = reader(expression)
    var figure = AggregateFigure()
    for row in rows { for value in try reader.value(row).members { figure.add(value) } }
    return figure.value(of: aggregate)
  }
}

extension TraceQLValue {
  /// Of an event's or link's, the first.
  fileprivate var first: TraceQLValue { if case .several(let values) = self { values.first ?? .absent } else { self } }
}
