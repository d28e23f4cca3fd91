import TraceLinking
import TraceModel

/// A span to look at, for one bucket of a histogram.
package struct SpanExemplar: Hashable, Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  package var duration: Duration
  package var end: Timestamp
}

/// Picks spans to show as blocks go by: of each series and bucket one of the last.
struct ExemplarWatch {
  /// In no order, at most one for each bucket.
  private(set) var found: [TraceMetrics.SpanKey: [SpanExemplar]] = [:]

  mutating func merge(_ other: ExemplarWatch) { found.merge(other.found) { $1 } }

  /// Looks at some of a block's spans.
  mutating func look(at block: FoldableBlock) {
    let batch = block.batch
    let rows = block.rows ?? Array(0..<batch.count)
    let bounds = TraceMetricFamily.latency.bounds
    for place in stride(from: 0, to: rows.count, by: max(1, rows.count / QueryLimits.exemplarsPerBlock)) {
      let row = rows[place]
      guard batch.hasSoundTimes(at: row, receivedAt: block.receivedAt) else { continue }
      let key = TraceMetrics.SpanKey(
        service: TraceMetrics.Service(NodeIdentity.service(of: batch.resource(at: row))), name: batch.name(at: row),
        kind: SpanKind(rawValue: Int32(UInt8(truncatingIfNeeded: batch.kinds[row].rawValue))),
        outcome: batch.isAnnotated ? batch.outcomes[row] : .ok)
      guard found.count < QueryLimits.metricSeriesMax || found[key] != nil else { continue }
      let exemplar = SpanExemplar(
        traceID: batch.traceIDs[row], spanID: batch.spanIDs[row], duration: batch.duration(at: row),
        end: batch.ends[row])
      let bucket = exemplar.bucket(bounds)
      found[key, default: []].removeAll { $0.bucket(bounds) == bucket }
      found[key, default: []].append(exemplar)
    }
  }
}

extension SpanExemplar {
  /// The first of some rising bounds, in seconds, that it does not exceed.
  package func bucket(_ bounds: [Double]) -> Int {
    let seconds = Double(duration.nanoseconds) / 1e9
    return bounds.firstIndex { seconds <= $0 } ?? bounds.count
  }
}

/// A segment whose blocks are looked at while it is folded.
final class WatchedSegment: FoldableSegment {
  private let segment: any FoldableSegment
  private(set) var watch = ExemplarWatch()

  init(_ segment: any FoldableSegment) {
    self.segment = segment
  }

  var number: UInt64 { segment.number }
  var spanCount: Int { segment.spanCount }
  var aggregateByteCountMax: Int { segment.aggregateByteCountMax }

  func forEachBlock(_ body: (FoldableBlock) throws -> Void) throws {
    try segment.forEachBlock { block in
      watch.look(at: block)
      try body(block)
    }
  }

  func mayHaveEarlierSpans(of traceID: TraceID) throws -> Bool { try segment.mayHaveEarlierSpans(of: traceID) }
  func hasEarlierUnresolved(_ traceID: TraceID) -> Bool { segment.hasEarlierUnresolved(traceID) }
  func earlierBlocks(of traceID: TraceID) throws -> [FoldableBlock] { try segment.earlierBlocks(of: traceID) }
}
