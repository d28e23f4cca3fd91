import TraceLinking
import TraceModel

/// Adds up what the retained segments say about a window.
///
/// A segment that lies wholly inside answers from its totals; one that the window's bounds divide between minutes, from
/// its minutes; any others by joining their spans again, as many segments together as fit. What segments change in each
/// other is added for every two that are retained and not joined together: the whole of it if both lie inside, else the
/// minutes that begin in the window.
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
  var joinedSpansMax = QueryLimits.joinedSpansMax
  private var result = Result()
  private var segments: [SourceSegment]
  private var wholes: Set<UInt64> = []
  private var missing: Set<UInt64> = []
  /// Those that are in the result with all that they change in each other.
  private var added: Set<UInt64> = []
  /// Those that neither totals nor minutes answer for.
  private var unanswered: [SourceSegment] = []
  /// By segment: with which others its spans are joined.
  private var groups: [UInt64: Int] = [:]
  /// Whether the question is about all times, so that folds need tell none apart.
  private var isAboutAll = false

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
    sum.isAboutAll = window.isAll
    let inside = segments.filter { window.overlaps($0.earliestEnd, $0.latestEnd) }
    let neighbours = try sum.neighbours(of: window)
    let joined = Set(neighbours.map(\.number))
    if spanNames.isNone { try sum.addUnchanging(inside.filter { !joined.contains($0.number) }, window) }
    sum.unanswered = neighbours
    try sum.add(inside, window, spanNames)
    return sum.result
  }

  private mutating func add(
    _ inside: [SourceSegment], _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws(QueryError) {
    let joined = Set(unanswered.map(\.number))
    for segment in inside where !added.contains(segment.number) && !joined.contains(segment.number) {
      try proceed(segment) { (sum: inout SegmentSum) throws in try sum.add(segment, window, spanNames) }
    }
    try joinUnanswered(window, spanNames)
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
    unanswered.append(segment)
    return true
  }

  private mutating func addTotals(
    _ totals: [UInt8], of segment: SourceSegment, _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws(CodingError) {
    try result.aggregates.add(totals, window.isAll ? .all : .possible, hasSpanNames: !spanNames.isNone)
    wholes.insert(segment.number)
  }

  /// The segments that have spans in a minute that a bound of the window divides, if there are several: what they change in
  /// each other is known by the minute only, so they are joined together instead. Those nearest to the bound, as many as
  /// `joinedSpansMax` allows; whether they are in the window or beside it.
  private mutating func neighbours(of window: TimeWindow) throws(QueryError) -> [SourceSegment] {
    var found: [(distance: UInt64, segment: SourceSegment)] = []
    for (bound, minute) in window.dividedMinutes {
      for segment in segments where minute.overlaps(segment.earliestEnd, segment.latestEnd) {
        try proceed(segment) { (sum: inout SegmentSum) throws in
          if segment.hasAggregates, let stored = try sum.source.aggregates(of: segment.number, .minutes)?.minutes,
            !stored.isEmpty, try !Aggregates.holds(stored, anyIn: minute)
          {
            return true
          }
          found.append((segment.distance(to: bound), segment))
          return true
        }
      }
    }
    var (neighbours, spanCount): ([UInt64: SourceSegment], Int) = ([:], 0)
    for (_, segment) in found.sorted(by: { ($0.distance, $0.segment.number) < ($1.distance, $1.segment.number) })
    where neighbours[segment.number] == nil && spanCount < joinedSpansMax {
      try proceed(segment) { (sum: inout SegmentSum) throws in
        guard let spans = try sum.source.foldable(segment.number) else { return false }
        spanCount += spans.spanCount
        if neighbours.isEmpty || spanCount <= sum.joinedSpansMax { neighbours[segment.number] = segment }
        return true
      }
    }
    return neighbours.count > 1 ? neighbours.values.sorted { $0.number < $1.number } : []
  }

  /// Joins the spans of neighbours at once, so that what they change in each other is as exact as the window's bounds.
  private mutating func joinUnanswered(
    _ window: TimeWindow, _ spanNames: SpanNameChoice
  ) throws(QueryError) {
    unanswered.sort { $0.number < $1.number }
    var graph = CallGraph(spanNames: spanNames)
    var (group, spanCount) = (0, 0)
    for segment in unanswered {
      try proceed(segment) { (sum: inout SegmentSum) throws in
        guard let spans = try sum.source.foldable(segment.number) else { return false }
        if spanCount > 0 && spanCount + spans.spanCount > sum.joinedSpansMax {
          sum.result.aggregates += graph.join()
          graph = CallGraph(spanNames: spanNames)
          (group, spanCount) = (group + 1, 0)
        }
        spanCount += spans.spanCount
        sum.groups[segment.number] = group
        try spans.forEachBlock { block in
          if sum.isAbandoned() { throw QueryError.abandoned }
          try graph.add(block.batch) { window.part(of: block.batch, row: $0, receivedAt: block.receivedAt) }
        }
        return true
      }
    }
    if spanCount > 0 { result.aggregates += graph.join() }
  }

  /// As stored, or else as folded here.
  func aggregates(_ segment: SourceSegment, _ parts: AggregateParts) throws -> SegmentAggregates? {
    if segment.hasAggregates, let stored = try source.aggregates(of: segment.number, parts) { return stored }
    return try folds.aggregates(of: segment, isWhole: isAboutAll) {
      try source.foldable(segment.number).map { try isAboutAll ? fold.foldWhole($0) : fold.fold($0) }
    }
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
      if let group = groups[segment.number], groups[earlier] == group { continue }
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
    dividedMinutes.contains { segment.earliestEnd <= $0.bound && $0.bound <= segment.latestEnd }
  }

  /// The bounds that lie within a minute, each with that.
  fileprivate var dividedMinutes: [(bound: Timestamp, minute: TimeWindow)] {
    [from, to].compactMap { bound in
      guard let bound, bound.unixNanoseconds % 60_000_000_000 != 0 else { return nil }
      let begin = Timestamp(unixNanoseconds: bound.unixNanoseconds / 60_000_000_000 * 60_000_000_000)
      return (bound, TimeWindow(from: begin, to: begin + .seconds(60)))
    }
  }
}

extension SourceSegment {
  /// Zero inside of it.
  fileprivate func distance(to moment: Timestamp) -> UInt64 {
    if moment < earliestEnd { return earliestEnd.since(moment).nanoseconds }
    return moment > latestEnd ? moment.since(latestEnd).nanoseconds : 0
  }
}
