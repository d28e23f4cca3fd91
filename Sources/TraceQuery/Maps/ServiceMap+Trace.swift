import TraceLinking
import TraceModel

extension ServiceMap {
  /// Who called whom in one trace.
  ///
  /// All its spans count, whatever their times; the map's window is from the earliest start to the latest end.
  /// - Throws: if attributes of a span cannot be read.
  package init(of id: TraceID, _ spans: [Span]) throws(CodingError) {
    var graph = CallGraph()
    try graph.add(SpanBatch(spans)) { _ in .counted }
    let window = TimeWindow(from: spans.map(\.start).min(), to: spans.map(\.end).max())
    self = graph.join().serviceMap(window, overwrittenBefore: nil)
    narrowing.trace = id
  }
}
