import TraceModel

// What spans say when they are joined: the rules of the article "Edges".

extension Figures {
  /// Counts a span for its service and the coverage.
  /// - Parameter isNoting: whether its times are noted, too. That cannot be taken back.
  mutating func count(_ span: SpanRow, isNoting: Bool = true, weight: Int64 = 1) {
    count(.coverage(span.period), isNoting ? (span.end, span.end) : nil, weight: weight)
    count(.service(span.service, span.period), isNoting ? (span.start, span.end) : nil, weight: weight)
  }

  /// Counts a span for its name, if it has one here.
  mutating func countName(_ span: SpanRow, weight: Int64 = 1) {
    guard let name = span.name else { return }
    let key = FigureKey.spanName(
      span.service, name, kind: span.kind.packed, outcome: span.outcome.rawValue, isSkewed: span.period == .skewed)
    record(key, span.outcome, span.duration, weight: weight)
  }

  /// Counts a span that there is no room to join with others, nor to know again if it comes twice.
  mutating func countUnpaired(_ span: SpanRow) {
    count(span)
    countName(span)
    if span.isEnd { cover(span, SIMD4(0, 1, 0, 0), 1) }
  }

  /// Adds what linked spans say of each other, or takes it away.
  /// - Parameter weight: 1 or -1.
  mutating func join(_ table: SpanTable, _ keys: KeyTable, weight: Int64) {
    for (position, span) in table.rows.enumerated() where span.isCounted {
      let parentPosition = Int(table.parents[position])
      let parent = parentPosition < 0 ? nil : table.rows[parentPosition]
      serve(span, parent: parent, weight)
      if let parent {
        if parent.calls(span) { connect(parent, span, keys, weight) }
        if parent.origin != span.origin { cover(span, SIMD4(0, 0, 1, 0), weight) }
      }
      let hasPartner = reach(span, hasParent: parent != nil, keys, weight)
      if span.isEnd { cover(span, hasPartner ? SIMD4(1, 0, 0, 0) : SIMD4(0, 1, 0, 0), weight) }
    }
  }

  /// Counts the span as paired, unpaired or late.
  private mutating func cover(_ span: SpanRow, _ counts: SIMD4<Int64>, _ weight: Int64) {
    add(counts, toMinute: .coverage(span.period), weight: weight)
  }

  /// Counts what the span's service served: what came in from outside of the service, or began there.
  private mutating func serve(_ span: SpanRow, parent: SpanRow?, _ weight: Int64) {
    let cameFromOutside = parent.map { $0.service != span.service } ?? !span.hasParentID
    guard span.kind.isIncoming || cameFromOutside else { return }
    record(.service(span.service, span.period), span.outcome, span.duration, weight: weight)
  }

  /// Draws the edge, or for a message the half of it, that a parent and its child make together.
  private mutating func connect(_ parent: SpanRow, _ child: SpanRow, _ keys: KeyTable, _ weight: Int64) {
    let caller = parent.kind.isOutgoing ? parent : child
    func draw(_ source: UInt16, _ target: UInt16, _ subject: FigureKey.Subject, _ seen: SpanRow) {
      // A call belongs to the time in which the callee ended.
      record(.edge(subject, source, target, child.period), seen.outcome, seen.duration, weight: weight)
    }
    guard parent.kind == .producer || child.kind == .consumer else {
      return draw(parent.service, child.service, .call, caller)
    }
    let parentQueue = parent.direction == .outgoing && parent.kind.isOutgoing ? parent.queue(keys) : nil
    let childQueue = child.kind == .consumer ? child.queue(keys) : nil
    if parent.direction == .incoming && parent.service == child.service { return }  // one message, taken and processed
    switch (parentQueue, childQueue) {
    case (nil, nil): draw(parent.service, child.service, .message, caller)
    case (nil, let queue?): draw(parent.service, queue, .message, caller)  // the child draws its own half
    case (let queue?, nil): draw(queue, child.service, .message, child)  // the parent draws its own half
    case (.some, .some): break  // both draw their own halves
    }
  }

  /// Draws the edge that a span makes by itself: to or from the peer that it names, or from the user.
  /// - Returns: whether the other end of the call is known.
  private mutating func reach(_ span: SpanRow, hasParent: Bool, _ keys: KeyTable, _ weight: Int64) -> Bool {
    func draw(_ source: UInt16, _ target: UInt16, _ subject: FigureKey.Subject) {
      record(.edge(subject, source, target, span.period), span.outcome, span.duration, weight: weight)
    }
    switch span.kind {
    case .server:
      if !span.hasParentID { draw(KeyTable.user, span.service, .user) }
      return hasParent || !span.hasParentID
    case .consumer:
      guard let queue = span.queue(keys) else { return hasParent }
      draw(queue, span.service, .message)
      return true
    case .producer:
      guard let queue = span.queue(keys) else { return span.isAnswered }
      draw(span.service, queue, .message)
      return true
    case .client:
      guard let peer = span.peer else { return span.isAnswered }
      let kind = keys.kinds[Int(peer.party)]
      switch peer.direction {
      case .outgoing where kind == .queue || !span.isAnswered: draw(span.service, peer.party, kind.subject)
      case .incoming where !span.isAnswered: draw(peer.party, span.service, .message)
      default: break
      }
      return true
    default:
      return hasParent
    }
  }
}

extension SpanRow {
  /// The destination that it names.
  fileprivate func queue(_ keys: KeyTable) -> UInt16? {
    guard let peer, keys.kinds[Int(peer.party)] == .queue else { return nil }
    return peer.party
  }
}

extension ServiceMap.NodeKind {
  /// What a call to a node that a span names is.
  fileprivate var subject: FigureKey.Subject {
    switch self {
    case .service: .named
    case .database: .database
    case .queue: .message
    case .external: .external
    case .user: .user
    }
  }
}
