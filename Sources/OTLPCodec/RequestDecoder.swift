import TraceModel

/// Turns requests into spans, one after another. For one thread at a time: it owns the memory that protobuf-c unpacks
/// into (64 MiB of address space, of which at most 1 MiB stays in use between messages).
///
/// A request is refused as a whole unless all of it is well-formed; then each span stands or falls by itself.
package struct RequestDecoder: ~Copyable {
  private let limits: RequestLimits
  private var unpacker = Unpacker()
  private var groupCount = 0

  package init(limits: RequestLimits = RequestLimits()) {
    self.limits = limits
  }

  /// Decodes one ExportTraceServiceRequest, which on the wire is also a TracesData. No bytes are a request of no spans.
  ///
  /// Time and memory are linear in the bytes. Spans keep everything that OTLP gives them, in the order of the request;
  /// what later versions of OTLP may add is skipped, and so are the string table indices that only profiles use.
  package mutating func decode(_ request: RawSpan) throws(DecodeError) -> DecodedRequest {
    guard request.byteCount <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: request.byteCount, limit: limits.requestByteCountMax)
    }
    groupCount = 0
    unpacker.repairedStrings = 0
    var decoded = DecodedRequest()
    var cursor = WireCursor(0..<request.byteCount)
    while let field = try cursor.next(of: .request, in: request) {
      if field.number == 1 { try decodeResourceSpans(field.content, of: request, into: &decoded) }
    }
    decoded.repairedStrings = unpacker.repairedStrings
    return decoded
  }

  /// The same for bytes in an array.
  package mutating func decode(_ request: [UInt8]) throws(DecodeError) -> DecodedRequest {
    // Unsafe in general because not every type has a value for each of its bits; UInt8 has.
    try decode(unsafe request.span.bytes)
  }

  private mutating func decodeResourceSpans(
    _ range: Range<Int>, of request: RawSpan, into decoded: inout DecodedRequest
  ) throws(DecodeError) {
    let group = try group(range, of: .resourceSpans, in: request)
    var resource = Resource()
    if let range = group.head { resource = try unpacker.resource(range, in: request) }
    resource.schemaURL = unpacker.string(group.schemaURL, in: request)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: .resourceSpans, in: request) {
      if field.number == 2 { try decodeScopeSpans(field.content, of: request, from: resource, into: &decoded) }
    }
  }

  private mutating func decodeScopeSpans(
    _ range: Range<Int>, of request: RawSpan, from resource: Resource, into decoded: inout DecodedRequest
  ) throws(DecodeError) {
    let group = try group(range, of: .scopeSpans, in: request)
    var scope = InstrumentationScope()
    if let range = group.head { scope = try unpacker.scope(range, in: request) }
    scope.schemaURL = unpacker.string(group.schemaURL, in: request)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: .scopeSpans, in: request) {
      guard field.number == 2 else { continue }
      try decoded.countSpan(limits)
      if let reason = try reasonToReject(field.content, in: request) {
        decoded.reject(reason)
        continue
      }
      switch try unpacker.span(field.content, in: request, resource: resource, scope: scope) {
      case .span(let span): decoded.batch.append(span)
      case .rejected(let reason): decoded.reject(reason)
      }
    }
  }

  /// What a ResourceSpans or ScopeSpans says of all its spans, which may stand behind them.
  private mutating func group(
    _ range: Range<Int>, of shape: MessageShape, in request: RawSpan
  ) throws(DecodeError) -> (head: Range<Int>?, schemaURL: Range<Int>?) {
    guard groupCount < limits.groupCountMax else { throw .tooManyGroups(limit: limits.groupCountMax) }
    groupCount += 1
    var (head, schemaURL): (Range<Int>?, Range<Int>?)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: shape, in: request) {
      switch field.number {
      case 1:
        // Protobuf would merge them. No sender means that, and protobuf-c takes quadratic time for it.
        guard head == nil else { throw .malformed(at: field.content.lowerBound, "a second field 1 of \(shape)") }
        head = field.content
        try field.validate(in: request)
      case 3: schemaURL = field.content
      default: break
      }
    }
    return (head, schemaURL)
  }

  /// Reads a span's wire to its end, and judges what needs no unpacking, so that a span of no bytes costs no memory.
  private func reasonToReject(_ range: Range<Int>, in request: RawSpan) throws(DecodeError) -> RejectionReason? {
    var (traceID, spanID) = (0..<0, 0..<0)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: .span, in: request) {
      switch field.number {
      case 1: traceID = field.content
      case 2: spanID = field.content
      default: try field.validate(in: request)
      }
    }
    if range.count > limits.spanByteCountMax { return .spanTooLarge }
    if traceID.count != 16 || !traceID.contains(where: { request.byte(at: $0) != 0 }) { return .invalidTraceID }
    if spanID.count != 8 || !spanID.contains(where: { request.byte(at: $0) != 0 }) { return .invalidSpanID }
    return nil
  }
}
