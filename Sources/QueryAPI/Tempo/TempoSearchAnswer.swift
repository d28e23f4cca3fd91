import TraceModel
import TraceQuery

/// What `/api/search` answers (tempopb.SearchResponse). 64-bit integers are strings.
struct TempoSearchAnswer: Encodable {
  let traces: [Trace]
  let metrics: TempoFigures

  init(_ list: TraceList) {
    traces = list.traces.map(Trace.init)
    let spans = list.traces.reduce(0 as UInt64) { $0 &+ $1.spans }
    metrics = TempoFigures(traces: list.traces.count, spans: spans, isWhole: list.cut != .time)
  }

  struct Trace: Encodable {
    let traceID: String
    let rootServiceName: String
    let rootTraceName: String
    let startTimeUnixNano: String
    let durationMs: UInt32
    /// The first of the next, for clients from before there could be several.
    let spanSet: SpanSet?
    let spanSets: [SpanSet]?
    let serviceStats: [String: ServiceStats]

    init(_ trace: TraceSummary) {
      traceID = trace.id.description
      rootServiceName = trace.rootService
      rootTraceName = trace.rootName
      startTimeUnixNano = String(trace.start.unixNanoseconds)
      durationMs = UInt32(clamping: trace.duration.nanoseconds / 1_000_000)
      spanSets = trace.spanSets.isEmpty ? nil : trace.spanSets.map(SpanSet.init)
      spanSet = spanSets?.first
      serviceStats = Dictionary(trace.serviceCounts.map { ($0.name, ServiceStats($0)) }) { first, _ in first }
    }
  }

  struct SpanSet: Encodable {
    let spans: [Span]
    let matched: UInt32
    let attributes: [TempoAttribute]?

    init(_ set: TraceModel.SpanSet) {
      spans = set.spans.map(Span.init)
      matched = UInt32(clamping: set.matched)
      attributes = set.attributes.isEmpty ? nil : set.attributes.map(TempoAttribute.init)
    }
  }

  struct Span: Encodable {
    let spanID: String
    let name: String
    let startTimeUnixNano: String
    let durationNanos: String
    let attributes: [TempoAttribute]?

    init(_ span: TraceModel.SpanSet.MatchedSpan) {
      spanID = span.id.description
      name = span.name
      startTimeUnixNano = String(span.start.unixNanoseconds)
      durationNanos = String(span.duration.nanoseconds)
      attributes = span.attributes.isEmpty ? nil : span.attributes.map(TempoAttribute.init)
    }
  }

  struct ServiceStats: Encodable {
    let spanCount: UInt32
    let errorCount: UInt32?

    init(_ count: TraceSummary.ServiceCount) {
      spanCount = UInt32(clamping: count.spans)
      errorCount = count.errors == 0 ? nil : UInt32(clamping: count.errors)
    }
  }
}
