import TraceModel

/// A span in one line, for tests that read like documentation. IDs and times are small numbers: span 7 has the ID 7,
/// starts at 7 ms and lasts 10 ms unless it says otherwise.
func span(
  _ service: String, _ kind: SpanKind, _ id: UInt64, parent: UInt64 = 0, trace: UInt64 = 1, _ attributes: Attribute...,
  status: SpanStatus.Code = .unset, start: UInt64? = nil, lasts: UInt64 = 10, name: String = "work"
) -> Span {
  let path = service.split(separator: "/")
  var resource = Resource(attributes: [Attribute("service.name", .string(String(path.last ?? "")))])
  if path.count > 1 { resource.attributes.append(Attribute("service.namespace", .string(String(path[0])))) }
  let begin = Timestamp(unixSeconds: 1_700_000_000) + .milliseconds(start ?? id)
  return Span(
    traceID: TraceID(high: 0, low: trace), spanID: SpanID(rawValue: id), parentSpanID: SpanID(rawValue: parent),
    name: name, kind: kind, start: begin, end: begin + .milliseconds(lasts), attributes: attributes,
    status: SpanStatus(code: status), resource: resource)
}

extension Span {
  /// With links to spans by trace and ID.
  func linking(to others: (trace: UInt64, id: UInt64)...) -> Span {
    var span = self
    span.links = others.map {
      SpanLink(traceID: TraceID(high: 0, low: $0.trace), spanID: SpanID(rawValue: $0.id))
    }
    return span
  }

  /// An hour before it begins.
  var endingEarly: Span {
    var span = self
    span.end = Timestamp(unixNanoseconds: start.unixNanoseconds - 3_600_000_000_000)
    return span
  }

  /// From the beginning of 1970 until so many milliseconds later.
  func ending(_ milliseconds: UInt64) -> Span {
    var span = self
    span.start = Timestamp(unixNanoseconds: 0)
    span.end = span.start + .milliseconds(milliseconds)
    return span
  }

  func sampled(_ traceState: String) -> Span {
    var span = self
    span.traceState = traceState
    return span
  }
}

extension Attribute: ExpressibleByStringLiteral {
  /// `key=text`, or `key:number`.
  package init(stringLiteral text: String) {
    let mark = text.firstIndex { $0 == "=" || $0 == ":" } ?? text.endIndex
    let value = String(text[mark...].dropFirst())
    let number = mark < text.endIndex && text[mark] == ":" ? Int64(value) : nil
    self.init(String(text[..<mark]), number.map { .int($0) } ?? .string(value))
  }
}
