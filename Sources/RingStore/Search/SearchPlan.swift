import TraceModel

/// A filter and a window as a search needs them: what rules out whole segments and blocks, worked out once.
struct SearchPlan {
  let filter: SpanFilter
  let window: TimeWindow
  /// The ends that lie in the window; nothing if none can.
  let ends: ClosedRange<UInt64>?
  /// What a segment's filter is asked for: tokens that blocks with matches have, all of them or those of a branch.
  let tokens: [UInt32]
  private let branch: Branch

  /// A segment's filter is asked for no more, since each may take reading a page.
  private static let tokenCountMax = 32

  init(_ filter: SpanFilter, _ window: TimeWindow, _ key: HashKey) {
    self.filter = filter
    self.window = window
    let (from, to) = (window.from?.unixNanoseconds ?? 0, window.to?.unixNanoseconds)
    ends = to.map { from < $0 ? from...($0 - 1) : nil } ?? from ... .max
    branch = Branch(filter, key)
    var tokens: Set<UInt32> = []
    branch.addTokens(to: &tokens)
    self.tokens = Array(tokens.sorted().prefix(Self.tokenCountMax))
  }

  func mayMatch(_ segment: SegmentSummary) -> Bool {
    guard let times = segment.times else { return false }
    return mayMatch(ends: times.earliestEnd, times.latestEnd)
  }

  /// By tokens alone.
  /// - Parameter mayHave: whether there may be a token in what is asked about.
  func mayMatch(tokens mayHave: (UInt32) -> Bool) -> Bool { branch.mayMatch(tokens: mayHave) }

  /// By its zone map and, where they are known, its tokens.
  /// - Parameter mayHave: whether the block may have a token, as far as is known elsewhere.
  func mayMatch(_ block: BlockDescriptor, _ mayHave: (UInt32) -> Bool = { _ in true }) -> Bool {
    guard mayMatch(ends: block.earliestEnd, block.latestEnd) else { return false }
    guard let known = block.tokens else { return branch.mayMatch(block, mayHave) }
    return branch.mayMatch(block) { known.contains($0) && mayHave($0) }
  }

  private func mayMatch(ends earliest: Timestamp, _ latest: Timestamp) -> Bool {
    guard window.overlaps(earliest, latest) else { return false }
    for case .end(let range) in filter.conditions where latest < range.lowerBound || earliest > range.upperBound {
      return false
    }
    return true
  }

  /// Whether the window cuts through the block.
  func mustCheckEnds(of block: BlockDescriptor) -> Bool {
    !window.contains(block.earliestEnd) || !window.contains(block.latestEnd)
  }
}

extension SearchPlan {
  /// What rules out blocks, of a filter or of one of several of which one must hold.
  private struct Branch {
    private let conditions: [SpanFilter.Condition]
    private let services: ServiceBits
    /// Blocks without all of these have no match.
    private let tokens: [UInt32]
    /// Of each of these, one must hold.
    private let alternatives: [[Branch]]

    init(_ filter: SpanFilter, _ key: HashKey) {
      conditions = filter.conditions
      var services = ServiceBits()
      var tokens: Set<UInt32> = []
      var alternatives: [[Branch]] = []
      for condition in conditions {
        if case .service(let service) = condition { services.insert(service) }
        if case .anyOf(let filters) = condition { alternatives.append(filters.map { Branch($0, key) }) }
        tokens.formUnion(key.tokens(of: condition))
      }
      (self.services, self.tokens, self.alternatives) = (services, tokens.sorted(), alternatives)
    }

    func addTokens(to all: inout Set<UInt32>) {
      all.formUnion(tokens)
      for branch in alternatives.joined() { branch.addTokens(to: &all) }
    }

    func mayMatch(tokens mayHave: (UInt32) -> Bool) -> Bool {
      tokens.allSatisfy(mayHave)
        && alternatives.allSatisfy { branches in branches.contains { $0.mayMatch(tokens: mayHave) } }
    }

    func mayMatch(_ block: BlockDescriptor, _ mayHave: (UInt32) -> Bool) -> Bool {
      block.zone.services.contains(services) && conditions.allSatisfy { Self.isPossible($0, block) }
        && tokens.allSatisfy(mayHave)
        && alternatives.allSatisfy { branches in branches.contains { $0.mayMatch(block, mayHave) } }
    }

    private static func isPossible(_ condition: SpanFilter.Condition, _ block: BlockDescriptor) -> Bool {
      let zone = block.zone
      return switch condition {
      case .kind(let kind): zone.kinds & ZoneMap.bit(of: kind) != 0
      case .status(.error): zone.errorCount > 0
      case .status: Int(zone.errorCount) < block.spanCount
      case .outcome(let outcome): zone.outcomes & ZoneMap.bit(of: outcome) != 0
      case .duration(let range): zone.longest >= range.lowerBound
      case .start(let range): zone.latestStart >= range.lowerBound && zone.earliestStart <= range.upperBound
      case .not(SpanFilter([.status(.error)])): Int(zone.errorCount) < block.spanCount
      default: true
      }
    }
  }
}
