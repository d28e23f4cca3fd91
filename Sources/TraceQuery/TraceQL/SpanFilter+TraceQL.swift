import RingStore

extension SpanFilter {
  /// Reads `{ … && … }`: conditions on name, kind, status, outcome, duration and attributes. At most
  /// `QueryLimits.questionBytesMax` bytes; what TraceQL has beyond that says that it is not supported, and where it stands.
  package init(traceQL text: String) throws(TraceQLError) {
    var parser = try TraceQLParser(text)
    self = try parser.filter()
  }
}
