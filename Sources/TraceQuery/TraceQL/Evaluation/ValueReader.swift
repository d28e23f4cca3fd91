import TraceModel

/// The value of an expression for the rows of one batch.
struct ValueReader {
  private let expression: TraceQLExpression
  private let patterns: TraceQLPatterns
  private let fields: [RowTest.BoundField]

  init(_ expression: TraceQLExpression, _ patterns: TraceQLPatterns, _ columns: TraceQLColumns) {
    (self.expression, self.patterns) = (expression, patterns)
    fields = expression.fields.map { .init(field: $0, reader: TraceQLRowField($0, columns)) }
  }

  func value(_ row: Int) throws(CodingError) -> TraceQLValue {
    try expression.value(patterns) { (wanted) throws(CodingError) in
      try fields.first { $0.field == wanted }?.reader.value(row) ?? .absent
    }
  }
}
