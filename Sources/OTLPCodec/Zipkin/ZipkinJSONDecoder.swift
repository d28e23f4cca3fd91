import TraceModel

/// Reads spans from Zipkin's JSON.
struct ZipkinJSONDecoder {
  private var reader: JSONReader
  private let limits: RequestLimits
  private var batch = SpanBatch()
  private var counts = SpanCounts()

  init(_ bytes: [UInt8], limits: RequestLimits) {
    reader = JSONReader(bytes)
    self.limits = limits
  }

  mutating func spans() throws(DecodeError) -> DecodedRequest {
    var array = try reader.array()
    while try reader.nextElement(&array) { try span() }
    guard reader.isAtEnd else { throw reader.malformed("the end expected") }
    counts.repairedStrings = reader.repairedStrings
    return DecodedRequest(batch, counts)
  }

  /// Reads it once without keeping anything, to know how long it is.
  private mutating func span() throws(DecodeError) {
    try counts.receive(limits)
    let start = reader.offset
    try reader.skip()
    if reader.offset - start > limits.spanByteCountMax * RequestLimits.jsonGrowth {
      return counts.reject(.spanTooLarge)
    }
    let end = reader.offset
    reader.offset = start
    let draft = try reader.zipkinSpan()
    guard draft.partCount <= RequestLimits.zipkinPartCountMax else {
      reader.offset = end
      return counts.reject(.spanTooLarge)
    }
    switch draft.span() {
    case .span(let span): batch.append(span)
    case .rejected(let reason): counts.reject(reason)
    }
  }
}

extension JSONReader {
  fileprivate mutating func zipkinSpan() throws(DecodeError) -> ZipkinSpanDraft {
    var draft = ZipkinSpanDraft()
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "traceId": draft.traceID = TraceID(hex: try text())
      case "id": draft.spanID = SpanID(zipkin: try text())
      case "parentId":
        let text = try text()
        draft.parentSpanID = text.isEmpty ? .zero : SpanID(zipkin: text)
      case "kind": draft.kind = try zipkinKind()
      case "name": draft.name = try text()
      case "timestamp": draft.timestamp = try microseconds()
      case "duration": draft.duration = try microseconds()
      case "localEndpoint": draft.local = try zipkinEndpoint()
      case "remoteEndpoint": draft.remote = try zipkinEndpoint()
      case "annotations": try zipkinAnnotations(&draft)
      case "tags": try zipkinTags(&draft)
      case "debug": draft.isDebug = try flag()
      case "shared": draft.isShared = try flag()
      // Of the first version, in which names and tags stood elsewhere: taking it for the second would lose them.
      case "binaryAnnotations": throw malformed("a span of Zipkin's first version; send version 2")
      default: try skip()
      }
    }
    return draft
  }

  private mutating func zipkinKind() throws(DecodeError) -> SpanKind {
    switch try text() {
    case "": return .internal
    case "CLIENT": return .client
    case "SERVER": return .server
    case "PRODUCER": return .producer
    case "CONSUMER": return .consumer
    default: throw malformed("CLIENT, SERVER, PRODUCER or CONSUMER expected")
    }
  }

  private mutating func zipkinEndpoint() throws(DecodeError) -> ZipkinSpanDraft.Endpoint {
    var endpoint = ZipkinSpanDraft.Endpoint()
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "serviceName": endpoint.serviceName = try text()
      case "ipv4": endpoint.ipv4 = try text()
      case "ipv6": endpoint.ipv6 = try text()
      case "port": endpoint.port = try null() ? 0 : UInt16(clamping: try integer(Int64.self))
      default: try skip()
      }
    }
    return endpoint
  }

  private mutating func zipkinAnnotations(_ draft: inout ZipkinSpanDraft) throws(DecodeError) {
    draft.annotations = []
    var array = try array()
    while try nextElement(&array) {
      var annotation = (timestamp: UInt64(0), value: "")
      var object = try object()
      while let name = try nextMember(&object) {
        switch name {
        case "timestamp": annotation.timestamp = try microseconds()
        case "value": annotation.value = try text()
        default: try skip()
        }
      }
      // One more than is taken says that there are too many.
      if draft.partCount <= RequestLimits.zipkinPartCountMax { draft.annotations.append(annotation) }
    }
  }

  private mutating func zipkinTags(_ draft: inout ZipkinSpanDraft) throws(DecodeError) {
    var object = try object()
    while let key = try nextMember(&object) {
      if try null() { continue }
      let value = try string()
      if draft.partCount <= RequestLimits.zipkinPartCountMax { draft.setTag(key, value) }
    }
  }

  private mutating func microseconds() throws(DecodeError) -> UInt64 { try null() ? 0 : try integer(UInt64.self) }

  private mutating func flag() throws(DecodeError) -> Bool { try null() ? false : try bool() }
}

extension SpanID {
  /// 1 to 16 digits, of which others may have stripped zeros.
  fileprivate init?(zipkin digits: String) {
    guard let value = UInt64(hexDigits: digits.utf8) else { return nil }
    self.init(rawValue: value)
  }
}
