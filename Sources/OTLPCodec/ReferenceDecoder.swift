import TraceModel

/// Turns requests into spans with protobuf-c alone, span by span: ten times slower than `RequestDecoder` and the judge of
/// it. Both take the same requests, refuse the same with the same error, reject the same spans and make the same batch of
/// the others; tests and fuzzing hold them to that.
package struct ReferenceDecoder: ~Copyable {
  private var judge: MessageJudge

  package init(limits: RequestLimits = RequestLimits()) {
    judge = MessageJudge(limits)
  }

  /// Says what `RequestDecoder.decode` says.
  package mutating func decode(_ request: RawSpan) throws(DecodeError) -> DecodedRequest {
    try judge.begin(request)
    var spans = Spans()
    var cursor = WireCursor(0..<request.byteCount)
    while let field = try cursor.next(of: .request, in: request) {
      if field.number == 1 { try decodeResourceSpans(field.content, of: request, into: &spans) }
    }
    spans.counts.repairedStrings = judge.repairedStrings
    return DecodedRequest(spans.batch, spans.counts)
  }

  /// The same for bytes in an array.
  package mutating func decode(_ request: [UInt8]) throws(DecodeError) -> DecodedRequest {
    try decode(unsafe request.span.bytes)
  }

  private struct Spans {
    var batch = SpanBatch()
    var counts = SpanCounts()
  }

  private mutating func decodeResourceSpans(
    _ range: Range<Int>, of request: RawSpan, into spans: inout Spans
  ) throws(DecodeError) {
    try judge.countGroup()
    let resource = try judge.resource(judge.group(range, of: .resourceSpans, in: request), in: request)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: .resourceSpans, in: request) {
      if field.number == 2 { try decodeScopeSpans(field.content, of: request, from: resource, into: &spans) }
    }
  }

  private mutating func decodeScopeSpans(
    _ range: Range<Int>, of request: RawSpan, from resource: Resource, into spans: inout Spans
  ) throws(DecodeError) {
    try judge.countGroup()
    let scope = try judge.scope(judge.group(range, of: .scopeSpans, in: request), in: request)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: .scopeSpans, in: request) {
      guard field.number == 2 else { continue }
      try spans.counts.receive(judge.limits)
      switch try judge.span(field.content, in: request, resource: resource, scope: scope) {
      case .span(let span): spans.batch.append(span)
      case .rejected(let reason): spans.counts.reject(reason)
      }
    }
  }
}
