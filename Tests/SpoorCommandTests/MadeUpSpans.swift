import TraceModel

/// Spans of one service, each with a text of this many bytes among its attributes.
func madeUpSpans(_ count: Int, textLength: Int = 10) -> [TraceModel.Span] {
  (0..<count).map { number in
    TraceModel.Span(
      traceID: TraceID(high: 1, low: UInt64(number) + 1), spanID: SpanID(rawValue: UInt64(number) + 1), name: "step",
      kind: .server, start: Timestamp(unixSeconds: 1_700_000_000), end: Timestamp(unixSeconds: 1_700_000_001),
      attributes: [Attribute("text", .string(String(repeating: "x", count: textLength)))],
      resource: Resource(attributes: [Attribute("service.name", .string("made-up"))]))
  }
}
