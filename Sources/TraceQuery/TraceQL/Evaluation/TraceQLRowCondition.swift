import TraceModel

/// A condition for the rows of one batch.
///
/// What depends on a name, a resource or a scope alone was found out for each of these; attributes are compared as they lie
/// encoded. So most conditions allocate nothing for a row.
package struct TraceQLRowCondition: Sendable {
  private let test: RowTest
  private let columns: TraceQLColumns
  private let patterns: TraceQLPatterns

  init(_ expression: TraceQLExpression, _ patterns: TraceQLPatterns, _ columns: TraceQLColumns) {
    (self.columns, self.patterns) = (columns, patterns)
    test = RowTest(expression, patterns, columns)
  }

  /// - Precondition: `row` is one of the batch.
  package func holds(_ row: Int) throws(CodingError) -> Bool { try holds(test, row) }

  private func holds(_ test: RowTest, _ row: Int) throws(CodingError) -> Bool {
    switch test {
    case .constant(let verdict): return verdict
    case .names(let verdicts): return verdicts[Int(columns.batch.nameIndices[row])]
    case .resources(let verdicts): return verdicts[Int(columns.batch.resourceIndices[row])]
    case .scopes(let verdicts): return verdicts[Int(columns.batch.scopeIndices[row])]
    case .kind(let kind, let isEqual): return (columns.batch.kinds[row] == kind) == isEqual
    case .status(let code, let isEqual): return (columns.batch.statusCodes[row] == code) == isEqual
    case .outcome(let outcome, let isEqual): return (columns.outcome(row) == outcome) == isEqual
    case .duration(let sign, let literal):
      return TraceQLValue(columns.batch.ends[row].since(columns.batch.starts[row])).holds(sign, literal)
    case .root(let verdict, let otherwise): return columns.batch.parentSpanIDs[row].isZero ? verdict : otherwise
    case .attribute(let attribute): return try attribute.holds(row, columns)
    case .and(let members):
      for member in members where !(try holds(member, row)) { return false }
      return true
    case .or(let members):
      for member in members where try holds(member, row) { return true }
      return false
    case .not(let operand): return !(try holds(operand, row))
    case .expression(let expression, let fields):
      return try expression.value(patterns) { (field) throws(CodingError) in
        try fields.first { $0.field == field }?.reader.value(row) ?? .absent
      }.isTrue
    }
  }
}
