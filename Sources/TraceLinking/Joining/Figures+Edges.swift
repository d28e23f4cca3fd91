import TraceModel

// What spans say when they are joined: the rules of the article "Edges".

extension Figures {
  /// Adds what linked spans say, of themselves and of each other, or takes it away.
  /// - Parameters:
  ///   - ranges: of the rows that are linked with each other.
  ///   - weight: 1 or -1.
  ///   - isCounting: whether the number of spans and their times count, too. Times cannot be taken back.
  ///   - outcome: of what ended otherwise, neither that nor its latency counts.
  mutating func join(
    _ rows: [SpanRow], _ ranges: [Range<Int>], _ keys: KeyTable, weight: Int64 = 1, isCounting: Bool = true,
    outcome: Outcome? = nil
  ) {
    var sheet = TallySheet(for: ranges, isCounting: isCounting)
    for range in ranges {
      for begin in stride(from: range.lowerBound, to: range.upperBound, by: TallySheet.spansMax) {
        sheet.write(rows.span, begin..<min(begin + TallySheet.spansMax, range.upperBound), keys.subjects)
        if let outcome { sheet.keep(outcome.rawValue) }
        count(sheet.tallies, sheet.count, weight: weight)
      }
    }
    for tally in sheet.coverage { count(tally, weight: weight) }
  }

  /// Counts spans for their names, each once, or takes them back.
  mutating func countNames(_ rows: [SpanRow], _ ranges: [Range<Int>], weight: Int64 = 1) {
    var sheet = TallySheet(for: ranges, isCounting: true)
    for range in ranges {
      for begin in stride(from: range.lowerBound, to: range.upperBound, by: TallySheet.spansMax) {
        sheet.writeNames(rows.span, begin..<min(begin + TallySheet.spansMax, range.upperBound))
        count(sheet.tallies, sheet.count, weight: weight)
      }
    }
  }

  /// Counts a span that there is no room to join with others, nor to know again if it comes twice.
  mutating func countUnpaired(_ span: SpanRow, outcome: Outcome? = nil) {
    let isServed = (span.isIncoming || !span.hasParentID) && outcome.map { $0.rawValue == span.outcome } ?? true
    count(
      Tally(.service(span.service, span.period), span, hasDuration: isServed, hasSpan: true), weight: 1)
    var coverage = CoverageTally(period: span.period)
    coverage.add(span, isCounting: true, hasPartner: false, isLate: false)
    count(coverage, weight: 1)
  }
}

/// What spans say, written down until there is enough of it to be counted in one go.
struct TallySheet {
  private(set) var tallies: [Tally]
  private(set) var count = 0
  /// What went out of `recent`, and at last all of it.
  private var sums: [CoverageTally] = []
  /// By the lowest bits of the period: neighbours mostly end in the same few minutes.
  private var recent = [CoverageTally](repeating: CoverageTally(), count: 16)
  private let isCounting: Bool

  static let spansMax = 128
  /// An edge with the parent, one by itself, the service.
  private static let talliesPerSpan = 3

  init(for ranges: [Range<Int>], isCounting: Bool) {
    self.isCounting = isCounting
    let spanCount = min(ranges.reduce(0) { $0 + $1.count }, Self.spansMax)
    tallies = Array(repeating: Tally(.coverage(.whole), .none), count: spanCount * Self.talliesPerSpan)
  }

  /// Several may be of one period.
  var coverage: [CoverageTally] { sums + recent.filter { $0.period != .context } }

  /// Begins a new sheet, with what the spans in a range say.
  /// - Parameter subjects: of a `KeyTable`.
  mutating func write(
    _ rows: Swift.Span<SpanRow>, _ range: Range<Int>, _ subjects: [FigureKey.Subject]
  ) {
    var (tallies, recent, count) = (tallies, recent, 0)
    (self.tallies, self.recent) = ([], [])  // so that there is one copy only
    var sheet = tallies.mutableSpan
    var coverage = recent.mutableSpan
    for position in range where rows[position].isCounted {
      let span = rows[position]
      var (isServed, isLate) = (span.isIncoming || !span.hasParentID, false)
      if span.parent >= 0 {
        let parent = rows[Int(span.parent)]
        isServed = isServed || parent.service != span.service
        isLate = parent.origin != span.origin
        if parent.calls(span) { Self.connect(parent, span, subjects, &sheet, &count) }
      }
      let hasPartner = Self.reach(span, subjects, &sheet, &count)
      if isServed || isCounting {
        sheet[count] = Tally(
          .service(span.service, span.period), span, hasDuration: isServed, hasSpan: isCounting)
        count &+= 1
      }
      let place = Int(span.period.rawValue & 15)
      if coverage[place].period.rawValue != span.period.rawValue {
        if coverage[place].period.rawValue != Period.context.rawValue { sums.append(coverage[place]) }
        coverage[place] = CoverageTally(period: span.period)
      }
      coverage[place].add(span, isCounting: isCounting, hasPartner: hasPartner, isLate: isLate)
    }
    (self.tallies, self.recent, self.count) = (tallies, recent, count)
  }

  /// Strikes out what ended otherwise, but that there were spans.
  mutating func keep(_ outcome: UInt8) {
    for place in 0..<count where tallies[place].outcome != outcome { tallies[place].hasDuration = false }
  }

  /// Begins a new sheet, with the spans in a range by their names, if they have one here.
  mutating func writeNames(_ rows: Swift.Span<SpanRow>, _ range: Range<Int>) {
    var (tallies, count) = (tallies, 0)
    self.tallies = []
    var sheet = tallies.mutableSpan
    for position in range where rows[position].isCounted {
      guard let tally = Tally(nameOf: rows[position]) else { continue }
      sheet[count] = tally
      count &+= 1
    }
    (self.tallies, self.count) = (tallies, count)
  }
}

extension Tally {
  /// Nil if nobody wants to know the span's name.
  @inline(__always) init?(nameOf span: SpanRow) {
    guard let name = span.name else { return nil }
    self.init(
      .spanName(
        span.service, name, kind: span.kind, outcome: span.outcome,
        isSkewed: span.period.rawValue == Period.skewed.rawValue), span)
  }
}

extension CoverageTally {
  @inline(__always)
  mutating func add(_ span: SpanRow, isCounting: Bool, hasPartner: Bool, isLate: Bool) {
    if isCounting {
      let end = span.end
      spans &+= 1
      firstEnd = min(firstEnd, end)
      lastEnd = max(lastEnd, end)
    }
    if span.isEnd {
      if hasPartner { paired &+= 1 } else { unpaired &+= 1 }
    }
    if isLate { late &+= 1 }
  }
}

// MARK: - Edges

extension TallySheet {
  @inline(__always)
  private static func draw(
    _ subject: FigureKey.Subject, _ source: UInt16, _ target: UInt16, _ period: Period, _ seen: SpanRow,
    _ sheet: inout MutableSpan<Tally>, _ count: inout Int
  ) {
    sheet[count] = Tally(.edge(subject, source, target, period), seen)
    count &+= 1
  }

  /// Draws the edge, or for a message the half of it, that a parent and its child make together. A call belongs to the
  /// time in which the callee ended.
  @inline(__always)
  private static func connect(
    _ parent: SpanRow, _ child: SpanRow, _ subjects: [FigureKey.Subject], _ sheet: inout MutableSpan<Tally>,
    _ count: inout Int
  ) {
    guard parent.isProducer || child.isConsumer else {
      return draw(
        .call, parent.service, child.service, child.period, parent.isOutgoing ? parent : child, &sheet, &count)
    }
    connectByMessage(parent, child, subjects, &sheet, &count)
  }

  private static func connectByMessage(
    _ parent: SpanRow, _ child: SpanRow, _ subjects: [FigureKey.Subject], _ sheet: inout MutableSpan<Tally>,
    _ count: inout Int
  ) {
    let caller = parent.isOutgoing ? parent : child
    let parentQueue = parent.sends && parent.isOutgoing ? parent.queue(subjects) : nil
    let childQueue = child.isConsumer ? child.queue(subjects) : nil
    if parent.takes && parent.service == child.service { return }  // one message, taken and processed
    switch (parentQueue, childQueue) {
    case (nil, nil): draw(.message, parent.service, child.service, child.period, caller, &sheet, &count)
    // The child draws its own half.
    case (nil, let queue?): draw(.message, parent.service, queue, child.period, caller, &sheet, &count)
    // The parent draws its own half.
    case (let queue?, nil): draw(.message, queue, child.service, child.period, child, &sheet, &count)
    case (.some, .some): break  // both draw their own halves
    }
  }

  /// Draws the edge that a span makes by itself: to or from the peer that it names, or from the user.
  /// - Returns: whether the other end of the call is known.
  @inline(__always)
  private static func reach(
    _ span: SpanRow, _ subjects: [FigureKey.Subject], _ sheet: inout MutableSpan<Tally>, _ count: inout Int
  ) -> Bool {
    let hasParent = span.parent >= 0
    if span.isServer {
      if span.hasParentID { return hasParent }
      draw(.user, KeyTable.user, span.service, span.period, span, &sheet, &count)
      return true
    }
    if span.isClient {
      guard span.hasPeer else { return span.isAnswered }
      let subject = subjects[Int(span.party)]
      if span.sends {
        if subject == .message || !span.isAnswered {
          draw(subject, span.service, span.party, span.period, span, &sheet, &count)
        }
      } else if span.takes && !span.isAnswered {
        draw(.message, span.party, span.service, span.period, span, &sheet, &count)
      }
      return true
    }
    guard span.isEnd else { return hasParent }
    guard let queue = span.queue(subjects) else { return span.isProducer ? span.isAnswered : hasParent }
    if span.isProducer {
      draw(.message, span.service, queue, span.period, span, &sheet, &count)
    } else {
      draw(.message, queue, span.service, span.period, span, &sheet, &count)
    }
    return true
  }
}

extension SpanRow {
  /// The destination that it names.
  fileprivate func queue(_ subjects: [FigureKey.Subject]) -> UInt16? {
    guard hasPeer else { return nil }
    return subjects[Int(party)] == .message ? party : nil
  }
}
