/// Figures of spans over time.
package struct SpanMetrics: Hashable, Sendable {
  package var columns: Columns
  package var series: [Series]
  /// Series that were dropped because there were too many; spans of theirs are in none.
  package var droppedSeries: UInt64
  /// Spans that were counted.
  package var spans: UInt64
  /// Set if the figures are too low because not all spans could be looked at.
  package var cut: AnswerCut?

  package init(
    columns: Columns, series: [Series] = [], droppedSeries: UInt64 = 0, spans: UInt64 = 0, cut: AnswerCut? = nil
  ) {
    self.columns = columns
    self.series = series
    self.droppedSeries = droppedSeries
    self.spans = spans
    self.cut = cut
  }

  /// Equal stretches of time. Column i is about the spans that started from `from` + i · `step` on, and before the next.
  package struct Columns: Hashable, Sendable {
    package var from: Timestamp
    /// Not zero.
    package var step: Duration
    package var count: Int

    package init(from: Timestamp, step: Duration, count: Int) {
      self.from = from
      self.step = step
      self.count = count
    }

    /// When a column begins; that of `count` is the end.
    package func start(of column: Int) -> Timestamp {
      let (length, overflow) = step.nanoseconds.multipliedReportingOverflow(by: UInt64(clamping: column))
      return from + Duration(nanoseconds: overflow ? .max : length)
    }
  }

  package struct Series: Hashable, Sendable {
    /// By what it is told from others, in the order of the question: `resource.service.name`, `name`; then `p` for a quantile and
    /// `__bucket` for a bucket's upper bound. One without any has `__name__` alone, the function's. `compare` has
    /// `__meta_type` (`baseline`, `selection`, and either with `_total`) first, then an attribute.
    package var labels: [Attribute]
    /// A figure a column; nil where there is none. Durations are in seconds.
    package var points: [Double?]
    package var exemplars: [Exemplar]

    package init(labels: [Attribute], points: [Double?], exemplars: [Exemplar] = []) {
      self.labels = labels
      self.points = points
      self.exemplars = exemplars
    }
  }

  /// A span that is part of a figure.
  package struct Exemplar: Hashable, Sendable {
    package var traceID: TraceID
    package var spanID: SpanID
    package var time: Timestamp
    /// Of what is measured; else 1. Durations are in seconds.
    package var value: Double

    package init(traceID: TraceID, spanID: SpanID, time: Timestamp, value: Double) {
      self.traceID = traceID
      self.spanID = spanID
      self.time = time
      self.value = value
    }
  }
}
