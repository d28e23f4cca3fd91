import Synchronization
import TraceModel

/// The folds of segments that have no stored figures, so that the same question asked again does not fold again.
final class KeptFolds: Sendable {
  struct Key: Hashable {
    var segment: UInt64
    var blockCount: Int
  }

  /// What has been added up of segments that have stored figures.
  let sum = KeptSum()
  private let kept = Mutex<[(key: Key, aggregates: SegmentAggregates)]>([])

  func aggregates(
    of segment: SourceSegment, _ fold: () throws -> SegmentAggregates?
  ) rethrows -> SegmentAggregates? {
    let key = Key(segment: segment.number, blockCount: segment.blockCount)
    if let known = kept.withLock({ $0.first { $0.key == key }?.aggregates }) { return known }
    guard let aggregates = try fold() else { return nil }
    kept.withLock { kept in
      kept.removeAll { $0.key.segment == segment.number }
      kept.append((key, aggregates))
      if kept.count > QueryLimits.keptFoldsMax { kept.removeFirst() }
    }
    return aggregates
  }
}
