import TraceModel

/// The JSON of spans that were found together.
struct SpanSetShape: Codable {
  var matched: UInt64
  var attributes: [LabelShape]?
  var spans: [MatchedSpan]

  struct MatchedSpan: Codable {
    var spanID: String
    var service: String
    var name: String
    var start: TimeShape
    var durationNS: UInt64
    var attributes: [LabelShape]?

    enum CodingKeys: String, CodingKey {
      case spanID = "span_id"
      case service, name, start
      case durationNS = "duration_ns"
      case attributes
    }
  }

  init(_ set: SpanSet) {
    matched = set.matched
    attributes = set.attributes.isEmpty ? nil : set.attributes.map { LabelShape($0) }
    spans = set.spans.map { span in
      MatchedSpan(
        spanID: span.id.description, service: span.service, name: span.name, start: TimeShape(span.start),
        durationNS: span.duration.nanoseconds,
        attributes: span.attributes.isEmpty ? nil : span.attributes.map { LabelShape($0) })
    }
  }

  func set() throws(RenderingError) -> SpanSet {
    var set = SpanSet(spans: [], matched: matched, attributes: (attributes ?? []).map(\.label))
    for span in spans {
      guard let id = SpanID(hex: span.spanID) else { throw .unexpected(path: "traces.span_sets.spans.span_id") }
      set.spans.append(
        SpanSet.MatchedSpan(
          id: id, name: span.name, service: span.service, start: span.start.time,
          duration: Duration(nanoseconds: span.durationNS), attributes: (span.attributes ?? []).map(\.label)))
    }
    return set
  }
}
