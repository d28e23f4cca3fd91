import TraceModel

// What links between spans say: which messages a span took, of those that name their own trace. The rules of the article
// "Edges".

extension Figures {
  /// Adds what spans' links say, as far as the spans that they name are known.
  mutating func joinLinks(_ spans: [SpanRow], _ facts: SpanFacts, outcome: Outcome? = nil) {
    for span in spans {
      var hasPartner = false
      for reference in span.links(facts.links) {
        guard let target = facts.links.target(reference) else {
          countUnlinked(span, 1)
          continue
        }
        if span.isDetailed { continue }
        hasPartner = true
        link(span, to: target, facts, weight: 1, outcome: outcome)
      }
      if hasPartner { pairByLink(span) }
    }
  }

  /// Counts the message that one span sent and another took, or takes it back.
  mutating func link(
    _ span: SpanRow, to target: SpanRow, _ facts: SpanFacts, weight: Int64, outcome: Outcome? = nil
  ) {
    let queue = span.takes ? span.queue : nil
    let targetQueue = target.sendsMessages ? target.queue : nil
    let times = max(facts.times(span), facts.times(target))
    var tallies: [Tally] = []
    func draw(_ source: UInt16, _ seen: SpanRow, to next: UInt16? = nil) {
      let subject = next != nil && span.isClient ? FigureKey.Subject.received : .message
      let key = FigureKey.edge(subject, source, next ?? span.service, span.period)
      tallies.append(Tally(key, seen, times: times, hasSpan: times != 1))
    }
    if let queue {  // it has drawn its half itself, and so has the sender
      if let targetQueue, targetQueue != queue { draw(targetQueue, target, to: queue) }
    } else {
      if let targetQueue {
        draw(targetQueue, span)
      } else if target.service != span.service || target.isProducer {
        draw(target.service, target.isOutgoing ? target : span)
      }
    }
    if target.isOutgoing, let wait = span.wait(since: target) {
      let key = FigureKey.edge(
        span.isClient ? .receivedQueueTime : .queueTime, queue ?? targetQueue ?? target.service, span.service,
        span.period)
      tallies.append(Tally(key, wait, of: span, times: times))
    }
    for var tally in tallies {
      if let outcome, outcome.rawValue != tally.outcome { tally.silence() }
      count(tally, weight: weight)
    }
  }

  /// Notes that a link of a span leads nowhere, or with -1 that it does lead somewhere.
  mutating func countUnlinked(_ span: SpanRow, _ unlinked: Int64) {
    var coverage = CoverageTally(period: span.period)
    coverage.unlinked = unlinked
    count(coverage, weight: 1)
  }

  /// Notes that a span which nothing else pairs has a partner after all.
  mutating func pairByLink(_ span: SpanRow) {
    guard span.isPairedByLink else { return }
    var coverage = CoverageTally(period: span.period)
    (coverage.paired, coverage.unpaired) = (1, -1)
    count(coverage, weight: 1)
  }
}

extension SpanRow {
  /// Whether it says which messages it took. What another span tells of again is not counted by its links, but they lead
  /// somewhere or not.
  @inline(__always) var takesByLink: Bool { hasLinks && isCounted && (isConsumer || takes) }

  /// Whether links alone can tell the other end of it.
  @inline(__always) fileprivate var isPairedByLink: Bool { queue == nil && !hasParentID }
}
