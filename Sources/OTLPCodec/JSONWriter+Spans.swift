import TraceModel

extension JSONWriter {
  mutating func tracesData(_ groups: [RequestEncoder.Group], name: StaticString = "resourceSpans") {
    object { writer in
      writer.key(name)
      writer.array(groups) { $0.resourceSpans($1) }
    }
  }

  private mutating func resourceSpans(_ group: RequestEncoder.Group) {
    object { writer in
      writer.key("resource")
      writer.object { writer in
        writer.member("attributes", group.resource.attributes)
        writer.member("droppedAttributesCount", group.resource.droppedAttributesCount)
        writer.member("entityRefs", group.resource.entityReferences) { $0.entityReference($1) }
      }
      writer.key("scopeSpans")
      writer.array(group.scopes) { writer, run in
        writer.object { writer in
          writer.key("scope")
          writer.object { writer in
            writer.member("name", run.scope.name)
            writer.member("version", run.scope.version)
            writer.member("attributes", run.scope.attributes)
            writer.member("droppedAttributesCount", run.scope.droppedAttributesCount)
          }
          writer.key("spans")
          writer.array(group.spans[run.spans]) { $0.span($1) }
          writer.member("schemaUrl", run.scope.schemaURL)
        }
      }
      writer.member("schemaUrl", group.resource.schemaURL)
    }
  }

  private mutating func entityReference(_ reference: EntityReference) {
    object { writer in
      writer.member("schemaUrl", reference.schemaURL)
      writer.member("type", reference.type)
      writer.member("idKeys", reference.idKeys) { $0.string($1) }
      writer.member("descriptionKeys", reference.descriptionKeys) { $0.string($1) }
    }
  }

  private mutating func span(_ span: Span) {
    object { writer in
      writer.member("traceId", span.traceID)
      writer.member("spanId", span.spanID)
      writer.member("traceState", span.traceState)
      if !span.parentSpanID.isZero { writer.member("parentSpanId", span.parentSpanID) }
      writer.member("flags", span.flags)
      writer.member("name", span.name)
      writer.kind(span.kind)
      writer.member("startTimeUnixNano", span.start)
      writer.member("endTimeUnixNano", span.end)
      writer.member("attributes", span.attributes)
      writer.member("droppedAttributesCount", span.droppedAttributesCount)
      writer.member("events", span.events) { $0.event($1) }
      writer.member("droppedEventsCount", span.droppedEventsCount)
      writer.member("links", span.links) { $0.link($1) }
      writer.member("droppedLinksCount", span.droppedLinksCount)
      if span.status != SpanStatus() {
        writer.key("status")
        writer.object { writer in
          writer.member("message", span.status.message)
          writer.code(span.status.code)
        }
      }
    }
  }

  private mutating func kind(_ kind: SpanKind) {
    switch (style, kind) {
    case (.protobuf, .unspecified): name("kind", "SPAN_KIND_UNSPECIFIED")
    case (.protobuf, .internal): name("kind", "SPAN_KIND_INTERNAL")
    case (.protobuf, .server): name("kind", "SPAN_KIND_SERVER")
    case (.protobuf, .client): name("kind", "SPAN_KIND_CLIENT")
    case (.protobuf, .producer): name("kind", "SPAN_KIND_PRODUCER")
    case (.protobuf, .consumer): name("kind", "SPAN_KIND_CONSUMER")
    // Also what nobody has named yet.
    default: number("kind", kind.rawValue)
    }
  }

  private mutating func code(_ code: SpanStatus.Code) {
    switch (style, code) {
    case (.protobuf, .unset): name("code", "STATUS_CODE_UNSET")
    case (.protobuf, .ok): name("code", "STATUS_CODE_OK")
    case (.protobuf, .error): name("code", "STATUS_CODE_ERROR")
    default: number("code", code.rawValue)
    }
  }

  private mutating func name(_ key: StaticString, _ name: String) {
    self.key(key)
    string(name)
  }

  private mutating func event(_ event: SpanEvent) {
    object { writer in
      writer.member("timeUnixNano", event.time)
      writer.member("name", event.name)
      writer.member("attributes", event.attributes)
      writer.member("droppedAttributesCount", event.droppedAttributesCount)
    }
  }

  private mutating func link(_ link: SpanLink) {
    object { writer in
      writer.member("traceId", link.traceID)
      writer.member("spanId", link.spanID)
      writer.member("traceState", link.traceState)
      writer.member("attributes", link.attributes)
      writer.member("droppedAttributesCount", link.droppedAttributesCount)
      writer.member("flags", link.flags)
    }
  }

  private mutating func attribute(_ attribute: Attribute, depth: Int) {
    object { writer in
      writer.key("key")
      writer.string(attribute.key)
      writer.key("value")
      writer.value(attribute.value, depth: depth)
    }
  }

  private mutating func value(_ value: AttributeValue, depth: Int) {
    precondition(depth <= RequestLimits.valueDepthMax)
    object { writer in
      switch value {
      case .empty: break
      case .string(let text):
        writer.key("stringValue")
        writer.string(text)
      case .bool(let bool):
        writer.key("boolValue")
        writer.literal(bool ? "true" : "false")
      case .int(let number):
        writer.key("intValue")
        writer.string(String(number))
      case .double(let number):
        writer.key("doubleValue")
        writer.double(number)
      case .bytes(let bytes):
        writer.key("bytesValue")
        writer.string(Base64.encode(bytes))
      case .array(let values):
        writer.key("arrayValue")
        writer.object { writer in
          writer.key("values")
          writer.array(values) { $0.value($1, depth: depth + 1) }
        }
      case .keyValueList(let attributes):
        writer.key("kvlistValue")
        writer.object { writer in
          writer.key("values")
          writer.array(attributes) { $0.attribute($1, depth: depth + 1) }
        }
      }
    }
  }

  /// JSON has no numbers that are not finite; protobuf's JSON says them in words.
  private mutating func double(_ number: Double) {
    if number.isNaN {
      string("NaN")
    } else if number.isInfinite {
      string(number < 0 ? "-Infinity" : "Infinity")
    } else {
      literal(number.description)
    }
  }
}

// MARK: - Members, left out at their default

extension JSONWriter {
  private mutating func member(_ name: StaticString, _ text: String) {
    if text.isEmpty { return }
    key(name)
    string(text)
  }

  private mutating func member(_ name: StaticString, _ id: TraceID) {
    key(name)
    string(style == .otlp ? id.description : Base64.encode(id.bytes))
  }

  private mutating func member(_ name: StaticString, _ id: SpanID) {
    key(name)
    string(style == .otlp ? id.description : Base64.encode(id.rawValue.bigEndianBytes))
  }

  private mutating func member(_ name: StaticString, _ time: Timestamp) {
    if time.unixNanoseconds == 0 { return }
    key(name)
    string(String(time.unixNanoseconds))
  }

  private mutating func member(_ name: StaticString, _ count: UInt32) {
    if count == 0 { return }
    number(name, count)
  }

  private mutating func number(_ name: StaticString, _ number: some FixedWidthInteger) {
    key(name)
    literal(String(number))
  }

  private mutating func member(_ name: StaticString, _ attributes: [Attribute]) {
    member(name, attributes) { $0.attribute($1, depth: 1) }
  }

  private mutating func member<Element>(
    _ name: StaticString, _ elements: [Element], _ write: (inout JSONWriter, Element) -> Void
  ) {
    if elements.isEmpty { return }
    key(name)
    array(elements, write)
  }
}
