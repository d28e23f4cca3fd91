import TraceModel

/// One batch, of which several things are asked. Who asks one thing of many batches keeps a `TraceQLCondition` or a
/// `TraceQLMatcher`, whose regular expressions are compiled once.
struct TraceQLSpans {
  private let batch: SpanBatch
  private let readers = Readers()

  /// Of fields that were read before, so that a batch's tables are gone through once for each.
  private final class Readers {
    var known: [TraceQLField: TraceQLRowField] = [:]
  }

  init(_ batch: SpanBatch) throws(CodingError) {
    self.batch = batch
  }

  /// Those rows for which a condition holds that needs no other span: what depends on others is absent.
  func rows(_ expression: TraceQLExpression, among rows: [Int]) throws(CodingError) -> [Int] {
    let condition = try Self.readable { () throws(TraceQLError) in try TraceQLCondition(expression) }.bound(to: batch)
    var kept: [Int] = []
    for row in rows where try condition.holds(row) { kept.append(row) }
    return kept
  }

  func value(_ field: TraceQLField, _ row: Int) throws(CodingError) -> TraceQLValue {
    if let known = readers.known[field] { return try known.value(row) }
    let reader = try TraceQLRowField(field, batch)
    readers.known[field] = reader
    return try reader.value(row)
  }

  /// What a pipeline leaves of a batch that is all spans of one trace: the rows of each set, with what they were put together
  /// by and their figures.
  func sets(_ pipeline: TraceQLPipeline) throws(CodingError) -> [(rows: [Int], attributes: [Attribute])] {
    let matcher = try Self.readable { () throws(TraceQLError) in try TraceQLMatcher(pipeline) }
    return try matcher.match(batch).spansets.map { set in
      (set.rows, set.labels.map { Attribute($0.name, $0.value.attribute) })
    }
  }

  /// Patterns that cannot be read were refused with the query's text.
  private static func readable<Value>(
    _ make: () throws(TraceQLError) -> Value
  ) throws(CodingError) -> Value {
    do { return try make() } catch { throw .malformed("regular expression") }
  }
}

extension TraceQLValue {
  /// As an attribute's: durations as texts, such as `150ms`, and what has several values as the first.
  package var attribute: AttributeValue {
    switch self {
    case .absent: .string("nil")
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .bool(let flag): .bool(flag)
    case .array(let values): .array(values.map(\.attribute))
    case .several(let values): values.first?.attribute ?? .string("nil")
    case .string, .duration, .status, .kind, .outcome, .other: .string(description)
    }
  }
}
