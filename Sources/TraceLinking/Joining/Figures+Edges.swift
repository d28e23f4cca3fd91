import TraceModel

// What spans say when they are joined: the rules of the article "Edges".

extension Figures {
  /// Adds what linked spans say, of themselves and of each other, or takes it away.
  /// - Parameters:
  ///   - weight: 1 or -1.
  ///   - isCounting: whether the number of spans and their times count, too. Times cannot be taken back.
  mutating func join(_ table: SpanTable, _ keys: KeyTable, weight: Int64 = 1, isCounting: Bool = true) {
    for (position, span) in table.rows.enumerated() where span.isCounted {
      let parentPosition = Int(table.parents[position])
      var seen = Seen(isCounting: isCounting)
      let hasPartner: Bool
      if parentPosition < 0 {
        seen.isServed = span.isIncoming || !span.hasParentID
        hasPartner = reach(span, hasParent: false, keys, weight)
      } else {
        let parent = table.rows[parentPosition]
        seen.isServed = span.isIncoming || parent.service != span.service
        seen.isLate = parent.origin != span.origin
        if parent.calls(span) { connect(parent, span, keys, weight) }
        hasPartner = reach(span, hasParent: true, keys, weight)
      }
      if span.isEnd { seen.hasPartner = hasPartner }
      count(span, seen, weight: weight)
    }
  }

  /// Counts a span that there is no room to join with others, nor to know again if it comes twice.
  mutating func countUnpaired(_ span: SpanRow) {
    let isServed = span.isIncoming || !span.hasParentID
    count(span, Seen(isServed: isServed, hasPartner: span.isEnd ? false : nil), weight: 1)
  }

  /// Counts a span for its name, if it has one here.
  mutating func countName(_ span: SpanRow, weight: Int64 = 1) {
    guard let name = span.name else { return }
    let key = FigureKey.spanName(
      span.service, name, kind: span.kind, outcome: span.outcome.rawValue, isSkewed: span.period == .skewed)
    record(key, span, weight: weight)
  }

  /// Draws the edge, or for a message the half of it, that a parent and its child make together.
  private mutating func connect(_ parent: SpanRow, _ child: SpanRow, _ keys: KeyTable, _ weight: Int64) {
    let caller = parent.isOutgoing ? parent : child
    func draw(_ source: UInt16, _ target: UInt16, _ subject: FigureKey.Subject, _ seen: SpanRow) {
      // A call belongs to the time in which the callee ended.
      record(.edge(subject, source, target, child.period), seen, weight: weight)
    }
    guard parent.role == .producer || child.role == .consumer else {
      return draw(parent.service, child.service, .call, caller)
    }
    let parentQueue = parent.direction == .outgoing && parent.isOutgoing ? parent.queue(keys) : nil
    let childQueue = child.role == .consumer ? child.queue(keys) : nil
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
      record(.edge(subject, source, target, span.period), span, weight: weight)
    }
    switch span.role {
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
    case .none:
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
