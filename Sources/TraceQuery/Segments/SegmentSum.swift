import TraceLinking
import TraceModel

/// Adds up what the retained segments say about a window.
///
/// A segment that lies wholly inside answers from its totals; one that the window's bounds divide between minutes, from
/// its minutes; any other by joining its spans again. What segments change in each other is added for every two that are
/// retained: the whole of it if both lie inside, else the minutes that begin in the window.
package struct SegmentSum {
  package struct Result {
    package var aggregates = Aggregates()
    /// Of segments that could not be read.
    package var missingBlocks = 0
  }

  private let source: any SegmentSource
  private let folds: KeptFolds
  private let isAbandoned: @Sendable () -> Bool
  private let fold = ServiceMapFold()
  private var result = Result()
  private var segments: [SourceSegment]
  private var wholes: Set<UInt64> = []
  private var missing: Set<UInt64> = []
  /// Those that are in the result with all that they change in each other.
  private var added: Set<UInt64> = []

  init(_ source: any SegmentSource, _ folds: KeptFolds, _ isAbandoned: @escaping @Sendable () -> Bool) {
    self.source = source
    segments = source.segments
    self.folds = folds
    self.isAbandoned = isAbandoned
  }

  /// For whoever asks but once.
  package init(_ source: any SegmentSource) {
    self.init(source, KeptFolds(), { false })
  }

  package func ask(_ window: TimeWindow, _ spanNames: SpanNameChoice) throws(QueryError) -> Result {
    var sum = self
    let inside = segments.filter { window.overlaps($0.earliestEnd, $0.latestEnd) }
    if spanNames.isNone { try sum.addUnchanging(inside, window) }
    try sum.add(inside, window, spanNames)
    return sum.result
  }

  private mutating func add(
    _ inside: [SourceSegment], _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws(QueryError) {
    for segment in inside where !added.contains(segment.number) {
      try proceed(segment) { (sum: inout SegmentSum) throws in try sum.add(segment, window, spanNames) }
    }
    let numbers = Set(inside.map(\.number))
    for segment in segments where segment.number >= inside.first?.number ?? .max {
      if added.contains(segment.number),
        segments.prefix(while: { $0.number < segment.number }).allSatisfy({ added.contains($0.number) })
      {
        continue
      }
      try proceed(segment) { (sum: inout SegmentSum) throws in
        try sum.correct(segment, numbers, window, hasSpanNames: !spanNames.isNone)
      }
    }
  }

  /// Adds the sealed segments that lie wholly inside, with what they change in each other, all at once if the last question
  /// had the same ones.
  private mutating func addUnchanging(_ inside: [SourceSegment], _ window: TimeWindow) throws(QueryError) {
    let whole = inside.filter { $0.hasAggregates && window.holds($0) }
    if whole.count < 2 { return }
    let key = KeptSum.Key(segments: whole.map(\.number), isAll: window.isAll)
    if let known = folds.sum[key] {
      result.aggregates = known
    } else {
      var sum = self
      sum.segments = whole
      try sum.add(whole, window, .none)
      guard sum.missing.isEmpty, sum.wholes.count == whole.count else { return }
      folds.sum.keep(sum.result.aggregates, for: key)
      result = sum.result
    }
    wholes = Set(key.segments)
    added = wholes
  }

  /// Does a step; a segment with which it fails is missing in the answer, and told so.
  private mutating func proceed(
    _ segment: SourceSegment, _ step: (inout SegmentSum) throws -> Bool
  ) throws(QueryError) {
    if isAbandoned() { throw .abandoned }
    do {
      if try step(&self) { return }
    } catch {
      if isAbandoned() { throw .abandoned }
    }
    if missing.insert(segment.number).inserted { result.missingBlocks += segment.blockCount }
  }

  // MARK: Of one segment

  /// - Returns: false if there is nothing to be read any more.
  private mutating func add(
    _ segment: SourceSegment, _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws -> Bool {
    if window.holds(segment) {
      guard let figures = try aggregates(segment, .totals) else { return false }
      if !figures.totals.isEmpty {
        try addTotals(figures.totals, of: segment, window, spanNames)
        return true
      }
    } else if segment.hasAggregates || !window.dividesMinute(of: segment),
      let figures = try aggregates(segment, [.totals, .minutes]), !figures.minutes.isEmpty
    {
      let fit = try Aggregates.fit(of: window, over: figures.minutes)
      if fit == .whole && !figures.totals.isEmpty {
        try addTotals(figures.totals, of: segment, window, spanNames)
        return true
      }
      if fit == .apart && spanNames.isNone {
        try result.aggregates.add(figures.minutes, .beginning(in: window))
        return true
      }
    }
    return try scan(segment, window, spanNames)
  }

  private mutating func addTotals(
    _ totals: [UInt8], of segment: SourceSegment, _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws(CodingError) {
    try result.aggregates.add(totals, window.isAll ? .all : .possible, hasSpanNames: !spanNames.isNone)
    wholes.insert(segment.number)
  }

  private mutating func scan(
    _ segment: SourceSegment, _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws -> Bool {
    guard let spans = try source.foldable(segment.number) else { return false }
    var graph = CallGraph(spanNames: spanNames)
    try spans.forEachBlock { block in
      if isAbandoned() { throw QueryError.abandoned }
      try graph.add(block.batch) { window.part(of: block.batch, row: $0, receivedAt: block.receivedAt) }
    }
    result.aggregates += graph.join()
    return true
  }

  /// As stored, or else as folded here.
  func aggregates(_ segment: SourceSegment, _ parts: AggregateParts) throws -> SegmentAggregates? {
    if segment.hasAggregates, let stored = try source.aggregates(of: segment.number, parts) { return stored }
    return try folds.aggregates(of: segment) { try source.foldable(segment.number).map { try fold.fold($0) } }
  }

  // MARK: Between segments

  /// Adds what a segment changes in earlier ones, as far as one of the two lies in the window.
  private mutating func correct(
    _ segment: SourceSegment, _ inside: Set<UInt64>, _ window: TimeWindow, hasSpanNames: Bool
  ) throws -> Bool {
    if missing.contains(segment.number) { return false }
    guard let figures = try aggregates(segment, .corrections) else { return false }
    let retained = Set(segments.map(\.number))
    for (earlier, correction) in figures.corrections where retained.contains(earlier) && !missing.contains(earlier) {
      if added.contains(earlier) && added.contains(segment.number) { continue }
      guard inside.contains(earlier) || inside.contains(segment.number) else { continue }
      let isWhole = wholes.contains(earlier) && wholes.contains(segment.number)
      let choice: Aggregates.Choice = window.isAll ? .all : isWhole ? .possible : .beginning(in: window)
      try result.aggregates.add(correction, choice, hasSpanNames: hasSpanNames)
    }
    return true
  }
}

extension TimeWindow {
  /// Whether all spans of a segment lie inside.
  fileprivate func holds(_ segment: SourceSegment) -> Bool {
    isAll || (contains(segment.earliestEnd) && contains(segment.latestEnd))
  }

  /// Whether a bound falls into a minute that the segment may have spans in: then it will have to be joined again, and
  /// folding it first would be in vain.
  fileprivate func dividesMinute(of segment: SourceSegment) -> Bool {
    [from, to].contains { bound in
      guard let bound, bound.unixNanoseconds % 60_000_000_000 != 0 else { return false }
      return segment.earliestEnd <= bound && bound <= segment.latestEnd
    }
  }
}
