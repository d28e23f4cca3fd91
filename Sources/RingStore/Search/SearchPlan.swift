import TraceModel

/// A filter and a window as a search needs them: what rules out whole segments and blocks, worked out once.
struct SearchPlan {
  let conditions: [SpanFilter.Condition]
  let window: TimeWindow
  /// The ends that lie in the window; nothing if none can.
  let ends: ClosedRange<UInt64>?
  /// Blocks without all of these have no match.
  let tokens: [UInt32]
  private let services: ServiceBits

  init(_ filter: SpanFilter, _ window: TimeWindow, _ key: HashKey) {
    conditions = filter.conditions
    self.window = window
    let (from, to) = (window.from?.unixNanoseconds ?? 0, window.to?.unixNanoseconds)
    ends = to.map { from < $0 ? from...($0 - 1) : nil } ?? from ... .max
    var services = ServiceBits()
    var tokens: Set<UInt32> = []
    for condition in conditions {
      if case .service(let service) = condition { services.insert(service) }
      tokens.formUnion(key.tokens(of: condition))
    }
    self.services = services
    self.tokens = tokens.sorted()
  }

  func mayMatch(_ segment: SegmentSummary) -> Bool {
    guard let times = segment.times else { return false }
    return mayMatch(ends: times.earliestEnd, times.latestEnd)
  }

  /// By its zone map and, where they are known, its tokens.
  func mayMatch(_ block: BlockDescriptor) -> Bool {
    let zone = block.zone
    guard mayMatch(ends: block.earliestEnd, block.latestEnd), zone.services.contains(services) else { return false }
    for condition in conditions {
      let isPossible =
        switch condition {
        case .kind(let kind): zone.kinds & ZoneMap.bit(of: kind) != 0
        case .status(.error): zone.errorCount > 0
        case .status: Int(zone.errorCount) < block.spanCount
        case .outcome(let outcome): zone.outcomes & ZoneMap.bit(of: outcome) != 0
        case .duration(let range): zone.longest >= range.lowerBound
        case .start(let range): zone.latestStart >= range.lowerBound && zone.earliestStart <= range.upperBound
        default: true
        }
      if !isPossible { return false }
    }
    guard let known = block.tokens else { return true }
    return tokens.allSatisfy(known.contains)
  }

  private func mayMatch(ends earliest: Timestamp, _ latest: Timestamp) -> Bool {
    guard window.overlaps(earliest, latest) else { return false }
    for case .end(let range) in conditions where latest < range.lowerBound || earliest > range.upperBound {
      return false
    }
    return true
  }

  /// Whether the window cuts through the block.
  func mustCheckEnds(of block: BlockDescriptor) -> Bool {
    !window.contains(block.earliestEnd) || !window.contains(block.latestEnd)
  }
}
