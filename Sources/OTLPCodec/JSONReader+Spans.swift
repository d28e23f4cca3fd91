import TraceModel

extension JSONReader {
  /// Without its schema URL, which stands outside.
  mutating func resource() throws(DecodeError) -> Resource {
    var resource = Resource()
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "attributes": resource.attributes = try attributes()
      case "droppedAttributesCount": resource.droppedAttributesCount = try count()
      case "entityRefs":
        var array = try array()
        while try nextElement(&array) { resource.entityReferences.append(try entityReference()) }
      default: try skip()
      }
    }
    return resource
  }

  private mutating func entityReference() throws(DecodeError) -> EntityReference {
    var reference = EntityReference(type: "")
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "schemaUrl": reference.schemaURL = try text()
      case "type": reference.type = try text()
      case "idKeys": reference.idKeys = try texts()
      case "descriptionKeys": reference.descriptionKeys = try texts()
      default: try skip()
      }
    }
    return reference
  }

  /// Without its schema URL, which stands outside.
  mutating func scope() throws(DecodeError) -> InstrumentationScope {
    var scope = InstrumentationScope()
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "name": scope.name = try text()
      case "version": scope.version = try text()
      case "attributes": scope.attributes = try attributes()
      case "droppedAttributesCount": scope.droppedAttributesCount = try count()
      default: try skip()
      }
    }
    return scope
  }

  /// Reads the span to its end, whatever is wrong with its IDs.
  mutating func span(
    of resource: Resource, _ scope: InstrumentationScope
  ) throws(DecodeError) -> Unpacker.UnpackedSpan {
    var span = Span(
      traceID: .zero, spanID: .zero, name: "", kind: .unspecified, start: Timestamp(unixNanoseconds: 0),
      end: Timestamp(unixNanoseconds: 0), resource: resource, scope: scope)
    var parentSpanID = ""
    var hasInvalidLink = false
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "traceId": span.traceID = TraceID(exactly: try text()) ?? .zero
      case "spanId": span.spanID = SpanID(hex: try text()) ?? .zero
      case "parentSpanId": parentSpanID = try text()
      case "traceState": span.traceState = try text()
      case "flags": span.flags = try count()
      case "name": span.name = try text()
      case "kind": span.kind = SpanKind(rawValue: try number(namedBy: Self.kinds))
      case "startTimeUnixNano": span.start = try time()
      case "endTimeUnixNano": span.end = try time()
      case "attributes": span.attributes = try attributes()
      case "droppedAttributesCount": span.droppedAttributesCount = try count()
      case "events":
        var array = try array()
        while try nextElement(&array) { span.events.append(try event()) }
      case "droppedEventsCount": span.droppedEventsCount = try count()
      case "links":
        var array = try array()
        while try nextElement(&array) {
          if let link = try link() { span.links.append(link) } else { hasInvalidLink = true }
        }
      case "droppedLinksCount": span.droppedLinksCount = try count()
      case "status": span.status = try status()
      default: try skip()
      }
    }
    if span.traceID.isZero { return .rejected(.invalidTraceID) }
    if span.spanID.isZero { return .rejected(.invalidSpanID) }
    guard let parent = parentSpanID.isEmpty ? .zero : SpanID(hex: parentSpanID) else {
      return .rejected(.invalidParentSpanID)
    }
    span.parentSpanID = parent
    return hasInvalidLink ? .rejected(.invalidLinkID) : .span(span)
  }

  private mutating func event() throws(DecodeError) -> SpanEvent {
    var event = SpanEvent(time: Timestamp(unixNanoseconds: 0), name: "")
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "timeUnixNano": event.time = try time()
      case "name": event.name = try text()
      case "attributes": event.attributes = try attributes()
      case "droppedAttributesCount": event.droppedAttributesCount = try count()
      default: try skip()
      }
    }
    return event
  }

  /// Nothing if one of the IDs has the wrong length.
  private mutating func link() throws(DecodeError) -> SpanLink? {
    var (traceID, spanID): (TraceID?, SpanID?)
    var link = SpanLink(traceID: .zero, spanID: .zero)
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "traceId": traceID = TraceID(exactly: try text())
      case "spanId": spanID = SpanID(hex: try text())
      case "traceState": link.traceState = try text()
      case "attributes": link.attributes = try attributes()
      case "droppedAttributesCount": link.droppedAttributesCount = try count()
      case "flags": link.flags = try count()
      default: try skip()
      }
    }
    guard let traceID, let spanID else { return nil }
    (link.traceID, link.spanID) = (traceID, spanID)
    return link
  }

  private mutating func status() throws(DecodeError) -> SpanStatus {
    var status = SpanStatus()
    var object = try object()
    while let name = try nextMember(&object) {
      switch name {
      case "message": status.message = try text()
      case "code": status.code = SpanStatus.Code(rawValue: try number(namedBy: Self.statusCodes))
      default: try skip()
      }
    }
    return status
  }

  private mutating func attributes(depth: Int = 1) throws(DecodeError) -> [Attribute] {
    var attributes: [Attribute] = []
    var array = try array()
    while try nextElement(&array) {
      var attribute = Attribute("", .empty)
      var object = try object()
      while let name = try nextMember(&object) {
        switch name {
        case "key": attribute.key = try text()
        case "value": attribute.value = try value(depth: depth)
        default: try skip()
        }
      }
      attributes.append(attribute)
    }
    return attributes
  }

  private mutating func value(depth: Int) throws(DecodeError) -> AttributeValue {
    guard depth <= RequestLimits.valueDepthMax else { throw .tooDeep(at: offset) }
    var value = AttributeValue.empty
    var object = try object()
    while let name = try nextMember(&object) {
      if try null() { continue }
      switch name {
      case "stringValue": value = .string(try string())
      case "boolValue": value = .bool(try bool())
      case "intValue": value = .int(try integer(Int64.self))
      case "doubleValue": value = .double(try double())
      case "bytesValue":
        guard let bytes = Base64.decode(try string()) else { throw malformed("base64 expected") }
        value = .bytes(bytes)
      case "arrayValue": value = .array(try values(depth: depth + 1))
      case "kvlistValue": value = .keyValueList(try list(depth: depth + 1))
      default: try skip()
      }
    }
    return value
  }

  private mutating func values(depth: Int) throws(DecodeError) -> [AttributeValue] {
    var values: [AttributeValue] = []
    var object = try object()
    while let name = try nextMember(&object) {
      guard name == "values" else {
        try skip()
        continue
      }
      var array = try array()
      while try nextElement(&array) { values.append(try value(depth: depth)) }
    }
    return values
  }

  private mutating func list(depth: Int) throws(DecodeError) -> [Attribute] {
    var list: [Attribute] = []
    var object = try object()
    while let name = try nextMember(&object) {
      if name == "values" { list = try attributes(depth: depth) } else { try skip() }
    }
    return list
  }
}

// MARK: - Fields, at their default for null

extension JSONReader {
  mutating func text() throws(DecodeError) -> String { try null() ? "" : try string() }

  private mutating func texts() throws(DecodeError) -> [String] {
    var texts: [String] = []
    var array = try array()
    while try nextElement(&array) { texts.append(try text()) }
    return texts
  }

  private mutating func count() throws(DecodeError) -> UInt32 { try null() ? 0 : try integer(UInt32.self) }

  private mutating func time() throws(DecodeError) -> Timestamp {
    Timestamp(unixNanoseconds: try null() ? 0 : try integer(UInt64.self))
  }

  private mutating func number(namedBy names: [String]) throws(DecodeError) -> Int32 {
    if try null() { return 0 }
    let start = offset
    if isAtString, let number = names.firstIndex(of: try string()) { return Int32(number) }
    offset = start
    return try integer(Int32.self)
  }

  private static let kinds = [
    "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER",
  ]

  private static let statusCodes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"]
}

extension TraceID {
  /// OTLP's IDs have all their digits; `init(hex:)` also takes what tools made shorter.
  fileprivate init?(exactly digits: String) {
    guard digits.utf8.count == 32, let high = UInt64(hexDigits: digits.utf8.prefix(16)),
      let low = UInt64(hexDigits: digits.utf8.suffix(16))
    else { return nil }
    self.init(high: high, low: low)
  }
}
