import TraceModel

/// Reads spans from a `zipkin.proto3.ListOfSpans`. Every message in it is read to its end before anything of it is kept, and
/// none contains its own kind.
struct ZipkinWireDecoder {
  private let bytes: [UInt8]
  private let limits: RequestLimits
  private var batch = SpanBatch()
  private var counts = SpanCounts()

  init(_ bytes: [UInt8], limits: RequestLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func spans() throws(DecodeError) -> DecodedRequest {
    var cursor = WireCursor(0..<bytes.count)
    while let field = try next(of: .zipkinSpans, &cursor) {
      if field.number == 1 { try span(field.content) }
    }
    return DecodedRequest(batch, counts)
  }

  private mutating func span(_ range: Range<Int>) throws(DecodeError) {
    try counts.receive(limits)
    // Unsafe in general because not every type has a value for each of its bits; UInt8 has.
    try MessageShape.zipkinSpan.validate(range, in: unsafe bytes.span.bytes)
    guard range.count <= limits.spanByteCountMax else { return counts.reject(.spanTooLarge) }
    var draft = ZipkinSpanDraft()
    var cursor = WireCursor(range)
    while let field = try next(of: .zipkinSpan, &cursor) {
      guard draft.partCount <= RequestLimits.zipkinPartCountMax else { return counts.reject(.spanTooLarge) }
      try take(field, into: &draft)
    }
    switch draft.span() {
    case .span(let span): batch.append(span)
    case .rejected(let reason): counts.reject(reason)
    }
  }

  private mutating func take(_ field: WireField, into draft: inout ZipkinSpanDraft) throws(DecodeError) {
    let content = field.content
    switch field.number {
    case 1: draft.traceID = traceID(content)
    case 2: draft.parentSpanID = content.isEmpty ? .zero : SpanID(bytes: bytes[content])
    case 3: draft.spanID = SpanID(bytes: bytes[content])
    case 4: draft.kind = Self.kind(varint(content))
    case 5: draft.name = text(content)
    case 6: draft.timestamp = fixed64(content)
    case 7: draft.duration = varint(content)
    case 8: try takeEndpoint(content, into: &draft.local)
    case 9: try takeEndpoint(content, into: &draft.remote)
    case 10: draft.annotations.append(try annotation(content))
    case 11:
      let tag = try tag(content)
      draft.setTag(tag.key, tag.value)
    case 12: draft.isDebug = varint(content) != 0
    case 13: draft.isShared = varint(content) != 0
    default: break
    }
  }

  private func traceID(_ range: Range<Int>) -> TraceID? {
    if range.count == 8 { return TraceID(high: 0, low: UInt64(bigEndianBytes: bytes[range])) }
    return TraceID(bytes: bytes[range])
  }

  /// A number that this version does not know says as much as none.
  private static func kind(_ number: UInt64) -> SpanKind {
    switch number {
    case 1: .client
    case 2: .server
    case 3: .producer
    case 4: .consumer
    default: .internal
    }
  }

  /// What comes again adds to what came before, as protobuf has it.
  private mutating func takeEndpoint(
    _ range: Range<Int>, into endpoint: inout ZipkinSpanDraft.Endpoint
  ) throws(DecodeError) {
    var cursor = WireCursor(range)
    while let field = try next(of: .zipkinEndpoint, &cursor) {
      switch field.number {
      case 1: endpoint.serviceName = text(field.content)
      case 2: endpoint.ipv4 = bytes[field.content].ipv4Text ?? endpoint.ipv4
      case 3: endpoint.ipv6 = bytes[field.content].ipv6Text ?? endpoint.ipv6
      case 4: endpoint.port = UInt16(exactly: varint(field.content)) ?? 0
      default: break
      }
    }
  }

  private mutating func annotation(_ range: Range<Int>) throws(DecodeError) -> (timestamp: UInt64, value: String) {
    var annotation = (timestamp: UInt64(0), value: "")
    var cursor = WireCursor(range)
    while let field = try next(of: .zipkinAnnotation, &cursor) {
      switch field.number {
      case 1: annotation.timestamp = fixed64(field.content)
      case 2: annotation.value = text(field.content)
      default: break
      }
    }
    return annotation
  }

  private mutating func tag(_ range: Range<Int>) throws(DecodeError) -> (key: String, value: String) {
    var tag = (key: "", value: "")
    var cursor = WireCursor(range)
    while let field = try next(of: .zipkinTag, &cursor) {
      switch field.number {
      case 1: tag.key = text(field.content)
      case 2: tag.value = text(field.content)
      default: break
      }
    }
    return tag
  }
}

// MARK: - Values, where the cursor has found them

extension ZipkinWireDecoder {
  private func next(of shape: MessageShape, _ cursor: inout WireCursor) throws(DecodeError) -> WireField? {
    try cursor.next(of: shape, in: unsafe bytes.span.bytes)
  }

  private mutating func text(_ range: Range<Int>) -> String {
    if let text = String(validating: bytes[range], as: UTF8.self) { return text }
    counts.repairedStrings += 1
    return String(decoding: bytes[range], as: UTF8.self)
  }

  private func fixed64(_ range: Range<Int>) -> UInt64 { bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  private func varint(_ range: Range<Int>) -> UInt64 {
    bytes[range].reversed().reduce(0) { $0 << 7 | UInt64($1 & 0x7f) }
  }
}

extension ArraySlice<UInt8> {
  /// Four numbers with dots; nil if these are not 4 bytes.
  fileprivate var ipv4Text: String? {
    count == 4 ? map { String($0) }.joined(separator: ".") : nil
  }

  /// As RFC 5952 writes it; nil if these are not 16 bytes.
  fileprivate var ipv6Text: String? {
    guard count == 16 else { return nil }
    let groups = stride(from: startIndex, to: endIndex, by: 2).map { UInt16(self[$0]) << 8 | UInt16(self[$0 + 1]) }
    // The longest run of zeros, the first of several, is left out.
    var (longest, position) = (0..<0, 0)
    while position < 8 {
      let end = groups[position...].firstIndex { $0 != 0 } ?? 8
      if end - position > Swift.max(1, longest.count) { longest = position..<end }
      position = Swift.max(end, position + 1)
    }
    func text(_ groups: ArraySlice<UInt16>) -> String { groups.map { String($0, radix: 16) }.joined(separator: ":") }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
  }
}
