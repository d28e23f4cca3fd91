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
        sheet.write(rows.span, begin..<min(begin + TallySheet.spansMax, range.upperBound), keys.facts)
        if let outcome { sheet.keep(outcome.rawValue) }
        count(sheet.tallies, sheet.count, weight: weight)
      }
    }
    for tally in sheet.coverage { count(tally, weight: weight) }
  }

  /// Counts spans for their names, each once, or takes them back.
  mutating func countNames(_ rows: [SpanRow], _ ranges: [Range<Int>], _ keys: KeyTable, weight: Int64 = 1) {
    var sheet = TallySheet(for: ranges, isCounting: true)
    for range in ranges {
      for begin in stride(from: range.lowerBound, to: range.upperBound, by: TallySheet.spansMax) {
        sheet.writeNames(rows.span, begin..<min(begin + TallySheet.spansMax, range.upperBound), keys.facts)
        count(sheet.tallies, sheet.count, weight: weight)
      }
    }
  }

  /// Counts a span that there is no room to join with others, nor to know again if it comes twice.
  mutating func countUnpaired(_ span: SpanRow, _ keys: KeyTable, outcome: Outcome? = nil) {
    let isServed = (span.isIncoming || !span.hasParentID) && outcome.map { $0.rawValue == span.outcome } ?? true
    let times = keys.facts.times(span)
    count(
      Tally(.service(span.service, span.period), span, times: times, hasDuration: isServed, hasSpan: true), weight: 1)
    if isServed && times != 1 { count(Tally(estimatedOf: span), weight: 1) }
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
  /// The service, that it is estimated, and of these at most three: an edge with the parent, how long it took on the way,
  /// whom it replaces, an edge by itself.
  private static let talliesPerSpan = 5

  init(for ranges: [Range<Int>], isCounting: Bool) {
    self.isCounting = isCounting
    let spanCount = min(ranges.reduce(0) { $0 + $1.count }, Self.spansMax)
    tallies = Array(repeating: Tally(.coverage(.whole), .none), count: spanCount * Self.talliesPerSpan)
  }

  /// Several may be of one period.
  var coverage: [CoverageTally] { sums + recent.filter { $0.period != .context } }

  /// Begins a new sheet, with what the spans in a range say.
  mutating func write(_ rows: Swift.Span<SpanRow>, _ range: Range<Int>, _ facts: SpanFacts) {
    var (tallies, recent, count) = (tallies, recent, 0)
    (self.tallies, self.recent) = ([], [])  // so that there is one copy only
    var sheet = tallies.mutableSpan
    var coverage = recent.mutableSpan
    for position in range where rows[position].isCounted {
      let span = Self.heard(rows[position], rows)
      let times = facts.times(span)
      var (isServed, isLate) = (span.isServed, false)
      if span.parent >= 0 {
        let parent = Self.heard(rows[Int(span.parent)], rows)
        isServed = isServed || (parent.service != span.service && !span.isDetailedConsumer)
        isLate = parent.origin != span.origin
        if parent.calls(span) { Self.connect(parent, span, facts, &sheet, &count) }
      }
      let hasPartner = Self.reach(span, facts, &sheet, &count)
      if isServed || isCounting {
        sheet[count] = Tally(
          .service(span.service, span.period), span, times: times, hasDuration: isServed, hasSpan: isCounting)
        count &+= 1
        if isServed && times != 1 {
          sheet[count] = Tally(estimatedOf: span)
          count &+= 1
        }
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

  /// Leaves out how long took what ended otherwise. That it was there still decides what counts: whether messages received
  /// were processed, who answers for a database.
  mutating func keep(_ outcome: UInt8) {
    for place in 0..<count where tallies[place].outcome != outcome { tallies[place].silence() }
  }

  /// Begins a new sheet, with the spans in a range by their names, if they have one here.
  mutating func writeNames(_ rows: Swift.Span<SpanRow>, _ range: Range<Int>, _ facts: SpanFacts) {
    var (tallies, count) = (tallies, 0)
    self.tallies = []
    var sheet = tallies.mutableSpan
    for position in range where rows[position].isCounted {
      guard let tally = Tally(nameOf: rows[position], facts) else { continue }
      sheet[count] = tally
      count &+= 1
    }
    (self.tallies, self.count) = (tallies, count)
  }
}

extension Tally {
  /// Nil if nobody wants to know the span's name.
  @inline(__always) init?(nameOf span: SpanRow, _ facts: SpanFacts) {
    guard let name = span.name else { return nil }
    let times = facts.times(span)
    self.init(
      .spanName(
        span.service, name, kind: span.kind, outcome: span.outcome,
        isSkewed: span.period.rawValue == Period.skewed.rawValue), span, times: times, hasSpan: times != 1)
  }

  /// That a request which a span's service served stands for several.
  init(estimatedOf span: SpanRow) {
    self.init(.edge(.estimated, span.service, 0, span.period), span, hasDuration: false, hasSpan: true)
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
    _ times: UInt32, _ sheet: inout MutableSpan<Tally>, _ count: inout Int, messages: UInt32 = 1
  ) {
    sheet[count] = Tally(
      .edge(subject, source, target, period), seen, times: times &* messages, hasSpan: times != 1)
    count &+= 1
  }

  /// A span with the failure that only those around it saw, which leave it to this one to be counted: a broker's refusal
  /// comes later than what it answers has been sent, an error of RPC within a good answer of HTTP. What holds several
  /// tries is no judge of them.
  @inline(__always)
  private static func heard(_ span: SpanRow, _ rows: Swift.Span<SpanRow>) -> SpanRow {
    if !span.isInner { return span }
    var (span, inner) = (span, span)
    for _ in 0..<LinkingLimits.layersMax where span.outcome == Outcome.ok.rawValue && inner.isInner {
      guard let outer = inner.queue != nil ? Int(inner.parent) : inner.client(above: rows) else { break }
      inner = rows[outer]
      guard inner.isDetailedOnce else { break }
      span.outcome = inner.outcome
    }
    return span
  }

  /// Draws the edge, or for a message the half of it, that a parent and its child make together. A call belongs to the
  /// time in which the callee ended.
  @inline(__always)
  private static func connect(
    _ parent: SpanRow, _ child: SpanRow, _ facts: SpanFacts, _ sheet: inout MutableSpan<Tally>,
    _ count: inout Int
  ) {
    let times = max(facts.times(parent), facts.times(child))
    guard parent.isProducer || child.isConsumer || parent.sendsMessages else {
      draw(
        .call, parent.service, child.service, child.period, parent.isOutgoing ? parent : child, times, &sheet, &count)
      guard parent.isClient else { return }
      // Impossible times measure nothing.
      if child.isServer, child.period.rawValue != Period.skewed.rawValue,
        child.duration.nanoseconds <= parent.duration.nanoseconds
      {
        let rest = Duration(nanoseconds: parent.duration.nanoseconds &- child.duration.nanoseconds)
        measure(.networkTime, parent.service, child.service, rest, child, times, &sheet, &count)
      }
      if parent.hasPeer, facts.subjects[Int(parent.party)] == .database, parent.service != child.service {
        draw(.replaced, parent.party, child.service, child.period, parent, times, &sheet, &count)
      }
      return
    }
    connectByMessage(parent, child, times, &sheet, &count)
  }

  private static func connectByMessage(
    _ parent: SpanRow, _ child: SpanRow, _ times: UInt32, _ sheet: inout MutableSpan<Tally>, _ count: inout Int
  ) {
    let caller = parent.isOutgoing ? parent : child
    let parentQueue = parent.sendsMessages ? parent.queue : nil
    let childQueue = child.takes ? child.queue : nil
    if parent.takes && parent.service == child.service { return }  // one message, taken and processed
    switch (parentQueue, childQueue) {
    // The broker itself, or somebody whom it called.
    case (let queue?, nil) where child.isServer:
      draw(.replaced, queue, child.service, child.period, child, times, &sheet, &count)
    case (nil, nil): draw(.message, parent.service, child.service, child.period, caller, times, &sheet, &count)
    // The child draws its own half.
    case (nil, let queue?): draw(.message, parent.service, queue, child.period, caller, times, &sheet, &count)
    // The parent draws its own half.
    case (let queue?, nil): draw(.message, queue, child.service, child.period, child, times, &sheet, &count)
    // Both draw their own halves; between them the broker hands on.
    case (let queue?, let next?) where queue != next:
      draw(child.isClient ? .received : .message, queue, next, child.period, caller, times, &sheet, &count)
    case (.some, .some): break
    }
    if parent.isOutgoing, child.isConsumer || child.takes, let wait = child.wait(since: parent) {
      measure(
        child.isClient ? .receivedQueueTime : .queueTime, childQueue ?? parentQueue ?? parent.service, child.service,
        wait, child, times, &sheet, &count)
    }
  }

  /// Notes how long something took on the way to the child.
  @inline(__always)
  private static func measure(
    _ subject: FigureKey.Subject, _ source: UInt16, _ target: UInt16, _ duration: Duration, _ child: SpanRow,
    _ times: UInt32, _ sheet: inout MutableSpan<Tally>, _ count: inout Int
  ) {
    sheet[count] = Tally(.edge(subject, source, target, child.period), duration, of: child, times: times)
    count &+= 1
  }

  /// Draws the edge that a span makes by itself: to or from the peer that it names, or from the user.
  /// - Returns: whether the other end of the call is known.
  @inline(__always)
  private static func reach(
    _ span: SpanRow, _ facts: SpanFacts, _ sheet: inout MutableSpan<Tally>, _ count: inout Int
  ) -> Bool {
    let hasParent = span.parent >= 0
    if span.isServer {
      if span.hasParentID { return hasParent }
      draw(.user, KeyTable.user, span.service, span.period, span, facts.times(span), &sheet, &count)
      return true
    }
    guard span.isEnd else { return hasParent }
    if let queue = span.queue {
      if span.isDetailed { return true }
      if span.takes {
        draw(
          span.isClient ? .received : .message, queue, span.service, span.period, span, facts.times(span), &sheet,
          &count,
          messages: facts.messages(span))
      } else if span.sendsMessages && !span.hasLinks {
        draw(.message, span.service, queue, span.period, span, facts.times(span), &sheet, &count)
      }
      return true
    }
    guard span.isClient, span.hasPeer else { return span.isOutgoing ? span.isAnswered || span.isDetailed : hasParent }
    if !span.isAnswered && !span.isDetailed {
      draw(
        facts.subjects[Int(span.party)], span.service, span.party, span.period, span, facts.times(span), &sheet, &count)
    }
    return true
  }
}

extension SpanRow {
  /// Whether it tells of a message that a child tells of again.
  @inline(__always) fileprivate var isDetailedConsumer: Bool { isConsumer && isDetailed }

  /// Whether its service served it, as far as it can tell itself.
  @inline(__always) fileprivate var isServed: Bool { (isIncoming || !hasParentID) && !isDetailedConsumer }

  /// How long a message that `producer` sent was on its way until this span took it; nil if the two services' clocks do
  /// not agree. Who took it while its sender was still waiting for the broker to confirm it took it at once.
  func wait(since producer: SpanRow) -> Duration? {
    guard producer.start.unixNanoseconds > 0, start.unixNanoseconds >= producer.start.unixNanoseconds else {
      return nil
    }
    let sent = producer.end
    return Duration(nanoseconds: start.unixNanoseconds > sent ? start.unixNanoseconds - sent : 0)
  }
}
