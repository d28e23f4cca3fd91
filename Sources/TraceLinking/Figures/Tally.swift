import TraceModel

/// One thing that a span says, on its way into the figures of one key.
struct Tally {
  /// Its period is a minute, or a special one.
  var key: FigureKey
  var start: UInt64
  var duration: UInt64
  /// How many durations it stands for.
  var times: UInt32
  var bucket: UInt16
  var outcome: UInt8
  private var marks: UInt8

  @inline(__always) init(
    _ key: FigureKey, _ span: SpanRow, times: UInt32 = 1, hasDuration: Bool = true, hasSpan: Bool = false
  ) {
    self.key = key
    start = span.start.unixNanoseconds
    duration = span.duration.nanoseconds
    self.times = times
    bucket = span.bucket
    outcome = span.outcome
    marks = (hasDuration ? 1 : 0) | (hasSpan ? 2 : 0)
  }

  /// How long something took on the way to a span.
  @inline(__always) init(_ key: FigureKey, _ duration: Duration, of span: SpanRow, times: UInt32 = 1) {
    self.init(key, span, times: times)
    self.duration = duration.nanoseconds
    bucket = BucketScale.shared.bucket(of: duration)
  }

  /// Whether its outcome and duration count.
  @inline(__always) var hasDuration: Bool {
    get { marks & 1 != 0 }
    set { marks = newValue ? marks | 1 : marks & ~1 }
  }
  /// Whether the span itself counts, once, and its times.
  @inline(__always) var hasSpan: Bool { marks & 2 != 0 }

  /// Whether only its outcome counts, so that what there is can be told from what it was asked for.
  @inline(__always) var isSilent: Bool {
    get { marks & 4 != 0 }
    set { marks = newValue ? marks | 4 : marks & ~4 }
  }

  /// Leaves out its duration, if it has one.
  mutating func silence() {
    isSilent = hasDuration
    hasDuration = false
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
  var unlinked: Int64 = 0
  var firstEnd = UInt64.max
  var lastEnd: UInt64 = 0
}
