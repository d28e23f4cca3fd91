import TraceLinking
import TraceModel

/// A span to look at, for one bucket of a histogram.
package struct SpanExemplar: Hashable, Sendable {
  package var traceID: TraceID
  package var spanID: SpanID
  package var duration: Duration
  package var end: Timestamp
}

extension SpanExemplar {
  init(_ batch: SpanBatch, row: Int) {
    self.init(
      traceID: batch.traceIDs[row], spanID: batch.spanIDs[row], duration: batch.duration(at: row), end: batch.ends[row])
  }

  /// The first of some rising bounds, in seconds, that it does not exceed.
  package func bucket(_ bounds: [Double]) -> Int {
    let seconds = Double(duration.nanoseconds) / 1e9
    return bounds.firstIndex { seconds <= $0 } ?? bounds.count
  }
}
