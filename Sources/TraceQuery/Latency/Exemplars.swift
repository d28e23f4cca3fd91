import RingStore
import TraceLinking
import TraceModel

/// Looks for traces whose spans lie where the percentiles of series are. What no footer keeps is found by going through
/// the window's spans, newest segment first, until every percentile has a trace or `QueryLimits.exemplarSpansMax` spans
/// have been seen; a percentile may be left without one.
struct Exemplars {
  /// What is looked for.
  private struct Wish {
    var series: Int
    var mark: String
    /// The duration itself, for a maximum; else any in its bucket.
    var bucket: Int
    var exact: Duration?
    var found: LatencySeries.Exemplar?

    func isGranted(by duration: Duration, _ bucket: Int) -> Bool {
      exact.map { $0 == duration } ?? (bucket == self.bucket)
    }
  }

  private var series: [LatencySeries]
  private var wishes: [Wish] = []

  init(_ series: [LatencySeries]) {
    self.series = series
    for (number, one) in series.enumerated() where one.latency.count > 0 {
      let latency = one.latency
      for (mark, duration, isExact) in [
        ("p50", latency.p50, false), ("p90", latency.p90, false), ("p95", latency.p95, false),
        ("p99", latency.p99, false), ("p99.9", latency.p999, false), ("p100", latency.max, true),
      ] {
        wishes.append(
          Wish(series: number, mark: mark, bucket: Self.bucket(of: duration), exact: isExact ? duration : nil))
      }
    }
  }

  /// Of a span's service, name, kind and outcome.
  func found(
    _ selection: LatencySelection, _ source: any SegmentSource, _ window: TimeWindow,
    _ isAbandoned: @escaping @Sendable () -> Bool
  ) throws(QueryError) -> [LatencySeries] {
    var search = self
    var choice = SeriesChoice(selection, series)
    // By series: which wishes are open.
    var open = [[Int]](repeating: [], count: series.count)
    for (number, wish) in wishes.enumerated() { open[wish.series].append(number) }
    var openCount = wishes.count
    _ = try SpanScan(source, window, isAbandoned).forEachBlock(spansMax: QueryLimits.exemplarSpansMax) {
      block, _, isInside in
      choice.begin(block.batch)
      for row in block.rows ?? Array(0..<block.batch.count) {
        guard let number = choice.number(of: row, in: block.batch), !open[number].isEmpty else { continue }
        let duration = block.batch.duration(at: row)
        let bucket = Self.bucket(of: duration)
        guard open[number].contains(where: { search.wishes[$0].isGranted(by: duration, bucket) }), isInside(row)
        else { continue }
        open[number].removeAll { wish in
          guard search.wishes[wish].isGranted(by: duration, bucket) else { return false }
          search.wishes[wish].found = LatencySeries.Exemplar(
            mark: search.wishes[wish].mark, traceID: block.batch.traceIDs[row], duration: duration)
          openCount -= 1
          return true
        }
      }
      return openCount > 0
    }
    return search.withFound()
  }

  /// Of calls: a span of the caller or the callee with such a duration names a trace that may hold one, and the map of that
  /// trace tells whether it does.
  func foundByTrace(
    _ selection: LatencySelection, _ snapshot: RingSnapshot, _ window: TimeWindow,
    _ isAbandoned: @escaping @Sendable () -> Bool
  ) throws(QueryError) -> [LatencySeries] {
    guard case .edge(let caller, let callee) = selection.subject else { return series }
    var search = self
    var candidates = [[TraceID]](repeating: [], count: wishes.count)
    var openCount = wishes.count
    _ = try SpanScan(snapshot, window, isAbandoned).forEachBlock(spansMax: QueryLimits.exemplarSpansMax) {
      block, _, isInside in
      let parts = block.batch.resources.map { resource in
        let service = NodeIdentity.service(of: resource)
        return (isCaller: service.isMeant(by: caller), isCallee: service.isMeant(by: callee))
      }
      for row in block.rows ?? Array(0..<block.batch.count) {
        // A call takes as long as its caller's span, if that is an outgoing one, or its callee's.
        let part = parts[Int(block.batch.resourceIndices[row])]
        guard part.isCallee || part.isCaller && block.batch.kinds[row].isOutgoing else { continue }
        let duration = block.batch.duration(at: row)
        let bucket = Self.bucket(of: duration)
        for number in wishes.indices
        where wishes[number].isGranted(by: duration, bucket)
          && candidates[number].count < QueryLimits.exemplarTracesMax && isInside(row)
          && candidates[number].last != block.batch.traceIDs[row]
        {
          candidates[number].append(block.batch.traceIDs[row])
          if candidates[number].count == QueryLimits.exemplarTracesMax { openCount -= 1 }
        }
      }
      return openCount > 0
    }
    for number in wishes.indices {
      for traceID in candidates[number] {
        if isAbandoned() { throw .abandoned }
        let wish = wishes[number]
        guard
          let call = try Self.calls(of: traceID, selection, wish.series, series, snapshot)
            .first(where: { wish.isGranted(by: $0, Self.bucket(of: $0)) })
        else { continue }
        search.wishes[number].found = LatencySeries.Exemplar(mark: wish.mark, traceID: traceID, duration: call)
        break
      }
    }
    return search.withFound()
  }

  /// The shortest and the longest call of the edge in a trace; between them a histogram knows no durations.
  private static func calls(
    of traceID: TraceID, _ selection: LatencySelection, _ number: Int, _ series: [LatencySeries],
    _ snapshot: RingSnapshot
  ) throws(QueryError) -> [Duration] {
    do {
      let spans = try snapshot.spans(of: traceID, limit: QueryLimits.tracePageSpans, hasDetails: true)
      var graph = CallGraph(outcome: series[number].outcome)
      try graph.add(spans.batch) { _ in .counted }
      return graph.join().latencies(selection).filter { $0.edge == series[number].edge && $0.latency.count > 0 }
        .flatMap { [$0.latency.min, $0.latency.max] }
    } catch let error as RingError {
      throw .ring(error)
    } catch {
      return []
    }
  }

  private func withFound() -> [LatencySeries] {
    var series = series
    for wish in wishes {
      if let found = wish.found { series[wish.series].exemplars.append(found) }
    }
    return series
  }

  /// -2 for nothing at all.
  private static func bucket(of duration: Duration) -> Int {
    duration == .zero ? -2 : LatencyHistogram.bucketIndex(of: duration.nanoseconds)
  }
}
