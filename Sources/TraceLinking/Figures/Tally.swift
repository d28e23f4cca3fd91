import TraceModel

/// One thing that a span says, on its way into the figures of one key.
struct Tally {
  /// Its period is a minute, or a special one.
  var key: FigureKey
  var start: UInt64
  var duration: UInt64
  var bucket: UInt16
  var outcome: UInt8
  /// Whether its outcome and duration count.
  var hasDuration: Bool
  /// Whether the span itself counts, and its times.
  var hasSpan: Bool

  @inline(__always) init(_ key: FigureKey, _ span: SpanRow, hasDuration: Bool = true, hasSpan: Bool = false) {
    self.key = key
    start = span.start.unixNanoseconds
    duration = span.duration.nanoseconds
    bucket = span.bucket
    outcome = span.outcome
    (self.hasDuration, self.hasSpan) = (hasDuration, hasSpan)
  }

  @inline(__always) var end: UInt64 {
    let (sum, isOver) = start.addingReportingOverflow(duration)
    return isOver ? .max : sum
  }
}

/// What the spans of one period say of the coverage, summed up before it goes into the figures.
struct CoverageTally {
  var period = Period.context
  var spans: Int64 = 0
  var paired: Int64 = 0
  var unpaired: Int64 = 0
  var late: Int64 = 0
  var firstEnd = UInt64.max
  var lastEnd: UInt64 = 0
}
