import TraceModel

/// A question in TraceQL about figures over time.
package struct MetricsQuestion: Hashable, Sendable {
  package let query: TraceQLQuery
  let metrics: TraceQLMetrics
  /// How many traces are told beside the figures of all series.
  let exemplarsMax: Int

  /// - Parameters:
  ///   - text: ends in a function such as `| rate()`.
  ///   - exemplarsMax: above `QueryLimits.exemplarsMax` it counts as that.
  package init(traceQL text: String, exemplarsMax: Int = 0) throws(QuestionError) {
    do { query = try TraceQLQuery(text) } catch { throw .traceQL(error) }
    guard let metrics = query.metrics else { throw .withoutMetrics }
    self.metrics = metrics
    self.exemplarsMax = min(max(0, exemplarsMax), QueryLimits.exemplarsMax)
  }
}

extension SpanMetrics.Columns {
  /// Columns over a window that has bounds: whole multiples of the step since 1970, the first and the last as long as the
  /// others, so that none is less than it seems.
  /// - Parameter step: nil for the shortest round one that takes at most `QueryLimits.metricsColumnsUsual` columns.
  package init(from: Timestamp, to: Timestamp, step: TraceModel.Duration?) throws(QuestionError) {
    guard from < to else { throw .columns(0) }
    let length = to.since(from).nanoseconds
    let step =
      step?.nanoseconds
      ?? Self.roundSteps.first { length / $0 < UInt64(QueryLimits.metricsColumnsUsual) } ?? UInt64(1) << 59
    guard step > 0 else { throw .step }
    let first = from.unixNanoseconds / step
    let count = (to.unixNanoseconds - 1) / step - first + 1
    guard count <= UInt64(QueryLimits.metricsColumnsMax) else { throw .columns(Int(clamping: count)) }
    self.init(
      from: Timestamp(unixNanoseconds: first * step), step: Duration(nanoseconds: step), count: Int(count))
  }

  /// Exactly this window as one column.
  package init(whole from: Timestamp, to: Timestamp) throws(QuestionError) {
    guard from < to else { throw .columns(0) }
    self.init(from: from, step: to.since(from), count: 1)
  }

  private static let roundSteps: [UInt64] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000].map {
      $0 * 1_000_000_000
    }

  /// Nil for what lies outside.
  @inline(__always) func column(of moment: Timestamp) -> Int? {
    guard moment >= from else { return nil }
    let column = (moment.unixNanoseconds &- from.unixNanoseconds) / step.nanoseconds
    return column < UInt64(count) ? Int(truncatingIfNeeded: column) : nil
  }
}
