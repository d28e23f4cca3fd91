import TraceModel

/// Turns requests into spans, one after another. For one thread at a time: it owns the memory that protobuf-c unpacks
/// into (64 MiB of address space, of which at most 1 MiB stays in use between messages), and remembers a few MiB of what
/// senders say again and again: resources, scopes, span names, and the keys of attributes.
///
/// A request is refused as a whole unless all of it is well-formed; then each span stands or falls by itself. Spans of
/// the ordinary sort are read by `SpanScanner`, all others by protobuf-c. `ReferenceDecoder` says the same, slowly.
package struct RequestDecoder: ~Copyable {
  private var judge: MessageJudge
  private var spans = SpanScanner()
  private var resources = KnownHeads<Resource>()
  private var scopes = KnownHeads<InstrumentationScope>()

  /// Bytes of the requests whose spans wait to be taken.
  private var gatheredByteCount = 0

  package init(limits: RequestLimits = RequestLimits()) {
    judge = MessageJudge(limits)
  }

  /// Decodes one ExportTraceServiceRequest, which on the wire is also a TracesData. No bytes are a request of no spans.
  ///
  /// Time and memory are linear in the bytes. Spans keep everything that OTLP gives them, in the order of the request;
  /// what later versions of OTLP may add is skipped, and so are the string table indices that only profiles use.
  ///
  /// - Precondition: nothing waits to be taken with `takeGathered`.
  package mutating func decode(_ request: RawSpan) throws(DecodeError) -> DecodedRequest {
    precondition(gatheredByteCount == 0)
    let counts = try gather(request)
    return DecodedRequest(takeGathered(), counts)
  }

  /// The same for bytes in an array.
  package mutating func decode(_ request: [UInt8]) throws(DecodeError) -> DecodedRequest {
    // Unsafe in general because not every type has a value for each of its bits; UInt8 has.
    try decode(unsafe request.span.bytes)
  }

  /// Decodes a request as `decode` does, but leaves its spans for `takeGathered`, behind those that are there: a batch of a
  /// few spans takes longer to make than to read, and datagrams that came at once may as well share one.
  ///
  /// - Throws: what `decode` throws. Then the spans of this request are not there, and all others are.
  ///   `RequestLimits.requestByteCountMax` holds for all requests together.
  package mutating func gather(_ request: RawSpan) throws(DecodeError) -> SpanCounts {
    try judge.begin(request, behind: gatheredByteCount)
    let begin = (spans.mark, resources.usedCount, scopes.usedCount)
    do throws(DecodeError) {
      var counts = SpanCounts()
      var cursor = WireCursor(0..<request.byteCount)
      while let field = try cursor.next(of: .request, in: request) {
        if field.number == 1 { try decodeResourceSpans(field.content, of: request, &counts) }
      }
      gatheredByteCount += request.byteCount
      counts.repairedStrings = judge.repairedStrings
      return counts
    } catch {
      spans.truncate(to: begin.0)
      resources.truncate(to: begin.1)
      scopes.truncate(to: begin.2)
      if gatheredByteCount == 0 { clear() }
      throw error
    }
  }

  /// The same for bytes in an array.
  package mutating func gather(_ request: [UInt8]) throws(DecodeError) -> SpanCounts {
    try gather(unsafe request.span.bytes)
  }

  /// The spans of all requests since the last time, in their order.
  package mutating func takeGathered() -> SpanBatch {
    defer { clear() }
    return spans.batch(resources, scopes)
  }

  /// How many spans wait to be taken.
  package var gatheredSpanCount: Int { spans.count }

  /// How many resources, scopes, names and shapes it knows from earlier requests.
  package var rememberedCount: Int { resources.count + scopes.count + spans.rememberedCount }

  private mutating func clear() {
    gatheredByteCount = 0
    spans.clear()
    resources.begin()
    scopes.begin()
  }

  private mutating func decodeResourceSpans(
    _ range: Range<Int>, of request: RawSpan, _ counts: inout SpanCounts
  ) throws(DecodeError) {
    try judge.countGroup()
    var resource = try resource(range, of: request)
    var cursor = WireCursor(range)
    while let range = try cursor.nextSecond(of: .resourceSpans, in: request) {
      try decodeScopeSpans(range, of: request, from: &resource, &counts)
    }
  }

  private mutating func decodeScopeSpans(
    _ range: Range<Int>, of request: RawSpan, from resource: inout KnownHeads<Resource>.Current,
    _ counts: inout SpanCounts
  ) throws(DecodeError) {
    try judge.countGroup()
    var scope = try scope(range, of: request)
    var place: (resource: UInt32, scope: UInt32)?
    var cursor = WireCursor(range)
    while let range = try cursor.nextSecond(of: .scopeSpans, in: request) {
      try counts.receive(judge.limits)
      var isTaken = isScanned(range, of: request)
      if !isTaken { isTaken = try isJudged(range, of: request, &counts) }
      guard isTaken else { continue }
      // Not before a span is taken: a batch has nothing that no row refers to.
      let found = place ?? self.place(&resource, &scope)
      place = found
      spans.append(resource: found.resource, scope: found.scope)
    }
  }

  /// Whether a span has been read and may be appended; else the judge has to read it.
  @inline(__always)
  private mutating func isScanned(_ range: Range<Int>, of request: RawSpan) -> Bool {
    // Below 28 bytes, there is no room for two IDs.
    guard range.count >= 28, range.count <= judge.limits.spanByteCountMax else { return false }
    do throws(Unusual) {
      try spans.scan(range, in: request)
      return true
    } catch {
      return false
    }
  }

  /// Whether a span may be appended; else it has been rejected.
  @inline(never)
  private mutating func isJudged(
    _ range: Range<Int>, of request: RawSpan, _ counts: inout SpanCounts
  ) throws(DecodeError) -> Bool {
    // The columns have neither; a row refers to them.
    switch try judge.span(range, in: request, resource: Resource(), scope: InstrumentationScope()) {
    case .span(let span):
      spans.take(span)
      return true
    case .rejected(let reason):
      counts.reject(reason)
      return false
    }
  }
}

// MARK: - What groups say of all their spans

extension RequestDecoder {
  private mutating func resource(
    _ range: Range<Int>, of request: RawSpan
  ) throws(DecodeError) -> KnownHeads<Resource>.Current {
    let plain = plainGroup(range, in: request)
    if let plain, let known = resources.find(plain.head, plain.schemaURL, of: request) {
      judge.repairedStrings += known.repairedStrings
      return known
    }
    let group = try judge.group(range, of: .resourceSpans, in: request)
    let before = judge.repairedStrings
    let resource = try judge.resource(group, in: request)
    return .init(resource, repairedStrings: judge.repairedStrings - before, isSought: plain != nil)
  }

  private mutating func scope(
    _ range: Range<Int>, of request: RawSpan
  ) throws(DecodeError) -> KnownHeads<InstrumentationScope>.Current {
    let plain = plainGroup(range, in: request)
    if let plain, let known = scopes.find(plain.head, plain.schemaURL, of: request) {
      judge.repairedStrings += known.repairedStrings
      return known
    }
    let group = try judge.group(range, of: .scopeSpans, in: request)
    let before = judge.repairedStrings
    let scope = try judge.scope(group, in: request)
    return .init(scope, repairedStrings: judge.repairedStrings - before, isSought: plain != nil)
  }

  /// Reads a ResourceSpans or ScopeSpans, whose fields have the same numbers, without looking into the parts. Nothing
  /// for one that the judge had better read.
  private func plainGroup(_ range: Range<Int>, in request: RawSpan) -> MessageJudge.Group? {
    var group = MessageJudge.Group()
    var hasHead = false
    var cursor = ScanCursor(range)
    do throws(Unusual) {
      while !cursor.isAtEnd {
        switch cursor.tag(in: request) {
        case 0x12: _ = try cursor.content(in: request)
        case 0x0a where !hasHead:
          group.head = try cursor.content(in: request)
          hasHead = true
        case 0x1a: group.schemaURL = try cursor.content(in: request)
        default: return nil
        }
      }
    } catch {
      return nil
    }
    return group
  }

  private mutating func place(
    _ resource: inout KnownHeads<Resource>.Current, _ scope: inout KnownHeads<InstrumentationScope>.Current
  ) -> (resource: UInt32, scope: UInt32) {
    (
      resources.position(of: &resource) { EntryMark(of: $0) }, scopes.position(of: &scope) { EntryMark(of: $0) }
    )
  }
}
