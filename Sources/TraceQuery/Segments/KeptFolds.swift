import Synchronization
import TraceModel

/// The folds of segments that have no stored figures, so that the same question asked again does not fold again.
final class KeptFolds: Sendable {
  struct Key: Hashable {
    var segment: UInt64
    var blockCount: Int
    /// Whether it tells no minutes apart.
    var isWhole: Bool
  }

  /// What has been added up of segments that have stored figures.
  let sum = KeptSum()
  private let kept = Mutex<[(key: Key, aggregates: SegmentAggregates)]>([])

  /// - Parameter isWhole: whether minutes need not be told apart.
  func aggregates(
    of segment: SourceSegment, isWhole: Bool = false, _ fold: () throws -> SegmentAggregates?
  ) rethrows -> SegmentAggregates? {
    let key = Key(segment: segment.number, blockCount: segment.blockCount, isWhole: isWhole)
    if let known = kept.withLock({ $0.first { $0.key.answers(key) }?.aggregates }) { return known }
    guard let aggregates = try fold() else { return nil }
    kept.withLock { kept in
      kept.removeAll { $0.key.segment == segment.number && (!isWhole || $0.key.blockCount != segment.blockCount) }
      kept.append((key, aggregates))
      if kept.count > QueryLimits.keptFoldsMax { kept.removeFirst() }
    }
    return aggregates
  }
}

extension KeptFolds.Key {
  /// Whether a fold says all that is asked for.
  fileprivate func answers(_ wanted: KeptFolds.Key) -> Bool {
    segment == wanted.segment && blockCount == wanted.blockCount && (!isWhole || wanted.isWhole)
  }
}
