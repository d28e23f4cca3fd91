import TraceModel

extension Figures {
  /// As at most so many bytes: what is rare counts under `__other__` until it fits. Nothing if it never does.
  func encoded(_ keys: KeyTable, into max: Int) -> [UInt8] {
    var (figures, kept) = (self, Int.max)
    while true {
      let bytes = figures.encoded(keys)
      if bytes.count <= max { return bytes }
      let traffic = figures.traffic
      kept = min(kept, traffic.count) / 2
      if kept == 0 { return [] }
      figures = figures.keeping(kept, of: traffic)
    }
  }

  /// By periods, of impossible times only which services there are, as at most so many bytes and so many different periods:
  /// they become longer until it fits. Nothing rather than figures that do not tell periods apart.
  func encodedPeriods(_ keys: KeyTable, into max: Int, periodsMax: Int) -> [UInt8] {
    var figures = self
    while figures.granularity != .whole {
      if Set(figures.rows.map(\.key.period)).count <= periodsMax {
        let bytes = figures.encoded(keys) { $0.period != .skewed || $0.isService }
        if bytes.count <= max { return bytes }
      }
      guard let coarser = figures.granularity.coarser else { break }
      figures = figures.coarsened(to: coarser)
    }
    return []
  }

  /// How much is counted under each key, whenever it was.
  private var traffic: [FigureKey: Int64] {
    var traffic: [FigureKey: Int64] = [:]
    for row in rows where row.key != row.key.other {
      traffic[row.key.timeless, default: 0] += Swift.max(row.spans, row.counts.wrappedSum())
    }
    return traffic
  }

  private func keeping(_ count: Int, of traffic: [FigureKey: Int64]) -> Figures {
    let ranked = traffic.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    let kept = Set(ranked.prefix(count).map(\.key))
    // A service whose own figures are those of others is one of them on its edges, too: else what it served would count
    // for both.
    let others = Set(rows.filter { $0.key.isService && !kept.contains($0.key.timeless) }.map(\.key.source))
    return rekeyed(granularity) { key in
      guard kept.contains(key.timeless) else { return key.other }
      guard key.subject.hasTarget, !key.isCoverage else { return key }
      return key.with(
        source: others.contains(key.source) ? KeyTable.other : key.source,
        target: others.contains(key.target) ? KeyTable.other : key.target, name: 0)
    }
  }
}
