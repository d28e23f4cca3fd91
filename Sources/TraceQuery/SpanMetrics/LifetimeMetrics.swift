import RingStore
import Synchronization
import TraceLinking
import TraceModel

/// Counts spans and calls for as long as the process lives, whatever the ring overwrites meanwhile.
///
/// It costs nothing for each span: it stands between the ring and its fold, and adds up the figures of every segment when
/// they are made; those of the segment that is being written are made for `refresh`. What a segment held before the start
/// is taken off again. Figures may fall, because an edge can be drawn otherwise once more is known; what `refresh` answers
/// never does: each count stays at the most that it ever was.
package final class LifetimeMetrics: SegmentFold {
  private let fold = ServiceMapFold()
  private let limits: LinkingLimits
  private let state: Mutex<State>

  private struct State {
    /// Nil until counting begins.
    var first: UInt64?
    /// The segment that was being written then, as it was.
    var atStart: RingSnapshot?
    var beforeStart: Aggregates?
    var sealed: Aggregates
    /// Of segments that are in `sealed`.
    var numbers: Set<UInt64> = []
    var answered: MetricsLedger
    var answeredHead: Head?
    var exemplars = ExemplarWatch()
  }

  /// What was folded last.
  private struct Head: Equatable {
    var number: UInt64
    var blockCount: Int
  }

  /// - Parameter seriesMax: how many of spans, and how many of edges, are told apart; the rest is counted together.
  package init(seriesMax: Int = QueryLimits.metricSeriesMax) {
    var limits = LinkingLimits()
    // More than are told apart, because which of them have room here is not the same at each scrape.
    limits.spanNamesMax = 8 * seriesMax
    limits.spanNamesPerServiceMax = limits.spanNamesMax
    limits.edgesMax = 8 * seriesMax
    self.limits = limits
    state = Mutex(State(sealed: Aggregates(limits: limits), answered: MetricsLedger(seriesMax: seriesMax)))
  }

  /// From here on segments count.
  /// - Parameter snapshot: of the ring that this folds for, before it has taken any span.
  package func begin(_ snapshot: RingSnapshot) {
    let last = (snapshot as any SegmentSource).segments.last
    state.withLock { state in
      if let last, last.hasAggregates {
        // It is full: none of what comes goes into it.
        state.first = last.number + 1
        state.beforeStart = Aggregates(limits: limits)
      } else {
        state.first = last?.number ?? 0
        state.atStart = snapshot
      }
    }
  }

  // MARK: For the ring

  package func annotate(_ batch: inout SpanBatch) throws(CodingError) { try fold.annotate(&batch) }

  package func fold(_ segment: any FoldableSegment) throws -> SegmentAggregates {
    let figures = try fold.fold(segment)
    if let first = state.withLock({ $0.first }), segment.number >= first {
      countBeforeStart()
      add(figures, of: segment.number)
    }
    return figures
  }

  private func add(_ figures: SegmentAggregates, of number: UInt64) {
    state.withLock { state in
      guard state.numbers.insert(number).inserted else { return }
      state.sealed.add(figures, since: state.first ?? 0)
    }
  }

  /// What the segment that was being written at the start held then.
  private func countBeforeStart() {
    guard
      let (snapshot, first) = state.withLock({ state in
        state.beforeStart == nil ? state.atStart.map { ($0, state.first ?? 0) } : nil
      })
    else { return }
    var before = Aggregates(limits: limits)
    do {
      if let spans = snapshot.foldable(first) {
        before.add(try fold.foldWhole(spans), since: first)
      }
    } catch {
      // It cannot be read, and so the fold that follows will not count it either.
    }
    state.withLock { state in
      state.beforeStart = before
      state.atStart = nil
    }
  }

  // MARK: For who asks

  /// What has been counted so far, and spans to show for it. Reads blocks, so it is for a thread of its own; where nothing
  /// has come in since the last time it costs little.
  package func refresh(_ snapshot: RingSnapshot) -> LifetimeFigures {
    countBeforeStart()
    // First what is counted, then what the snapshot has beside it: a segment that is sealed meanwhile counts once.
    let (first, sealed, before, numbers, last) = state.withLock {
      ($0.first ?? .max, $0.sealed, $0.beforeStart, $0.numbers, $0.answeredHead)
    }
    let segments = (snapshot as any SegmentSource).segments
    let open = segments.filter { $0.number >= first && !numbers.contains($0.number) }
    let head = segments.last.map { Head(number: $0.number, blockCount: $0.blockCount) }
    if head != nil, head == last, open.count <= 1 {
      return state.withLock { $0.answered.figures(exemplars: $0.exemplars.found) }
    }
    var total = sealed
    var watch = ExemplarWatch()
    for segment in open {
      guard let figures = figures(of: segment, snapshot, &watch) else { continue }
      total.add(figures, since: first)
      // Closed without a fold, because too many had to wait: it does not change any more, so it is counted for good.
      if segment.number != head?.number { add(figures, of: segment.number) }
    }
    if let before { total -= before }
    let metrics = total.metrics()
    return state.withLock { state in
      state.answered.take(metrics)
      state.answeredHead = head
      state.exemplars.merge(watch)
      if let oldest = segments.first?.number { state.numbers = state.numbers.filter { $0 >= oldest } }
      return state.answered.figures(exemplars: state.exemplars.found)
    }
  }

  /// Nil if it cannot be read.
  private func figures(
    of segment: SourceSegment, _ snapshot: RingSnapshot, _ watch: inout ExemplarWatch
  ) -> SegmentAggregates? {
    do {
      guard let spans = snapshot.foldable(segment.number) else { return nil }
      let watched = WatchedSegment(spans)
      let figures = try fold.foldWhole(watched)
      watch.merge(watched.watch)
      return figures
    } catch {
      return nil
    }
  }
}

extension Aggregates {
  /// What a segment and those before it, down to `first`, share is added as well.
  fileprivate mutating func add(_ figures: SegmentAggregates, since first: UInt64) {
    do throws(CodingError) {
      try add(figures.totals, .all, hasSpanNames: true)
      for (earlier, correction) in figures.corrections where earlier >= first {
        try add(correction, .all, hasSpanNames: true)
      }
    } catch {
      // A fold of this process wrote these bytes, so this cannot be; what was added before stays right.
    }
  }
}
