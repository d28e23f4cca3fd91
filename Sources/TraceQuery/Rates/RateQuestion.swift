import TraceModel

/// Whose calls are counted, and in which columns.
package struct RateQuestion: Hashable, Sendable {
  /// By name, whatever their namespaces; none for all.
  package var services: Set<String>
  package var kinds: Set<SpanKind>
  package var isBySpanName: Bool
  package var columns: LatencyHeatMap.Columns

  package init(
    services: Set<String>, kinds: Set<SpanKind> = [.server], isBySpanName: Bool = false,
    columns: LatencyHeatMap.Columns
  ) {
    self.services = services
    self.kinds = kinds
    self.isBySpanName = isBySpanName
    self.columns = columns
  }

  /// Whether the minutes in the footers answer it: they know of requests by service only.
  var isOfRequests: Bool { kinds == [.server] && !isBySpanName }
}
