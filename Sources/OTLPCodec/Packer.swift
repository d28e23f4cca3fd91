import COTLP
import TraceModel

private typealias PBRequest = Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceRequest
private typealias PBResponse = Opentelemetry__Proto__Collector__Trace__V1__ExportTraceServiceResponse
private typealias PBPartialSuccess = Opentelemetry__Proto__Collector__Trace__V1__ExportTracePartialSuccess
private typealias PBResourceSpans = Opentelemetry__Proto__Trace__V1__ResourceSpans
private typealias PBScopeSpans = Opentelemetry__Proto__Trace__V1__ScopeSpans
private typealias PBResource = Opentelemetry__Proto__Resource__V1__Resource
private typealias PBEntityReference = Opentelemetry__Proto__Common__V1__EntityRef
private typealias PBScope = Opentelemetry__Proto__Common__V1__InstrumentationScope
private typealias PBSpan = Opentelemetry__Proto__Trace__V1__Span
private typealias PBEvent = Opentelemetry__Proto__Trace__V1__Span__Event
private typealias PBLink = Opentelemetry__Proto__Trace__V1__Span__Link
private typealias PBStatus = Opentelemetry__Proto__Trace__V1__Status
private typealias PBAttribute = Opentelemetry__Proto__Common__V1__KeyValue
private typealias PBValue = Opentelemetry__Proto__Common__V1__AnyValue
private typealias PBArrayValue = Opentelemetry__Proto__Common__V1__ArrayValue
private typealias PBAttributeList = Opentelemetry__Proto__Common__V1__KeyValueList

/// What protobuf-c calls a repeated message: as many pointers.
private typealias PBArray<Message> = UnsafeMutablePointer<UnsafeMutablePointer<Message>?>

/// Lays the model's values out as protobuf-c's structs and lets it pack them. The only file that writes those structs:
/// they live as long as the packer, and no pointer leaves it. One packer packs one message.
@safe struct Packer: ~Copyable {
  private var memory = PackingMemory()

  mutating func request(_ groups: [RequestEncoder.Group]) -> [UInt8] {
    let request = unsafe memory.new(
      PBRequest.self, opentelemetry__proto__collector__trace__v1__export_trace_service_request__init)
    unsafe (request.pointee.n_resource_spans, request.pointee.resource_spans) = array(groups) { packer, group in
      unsafe packer.resourceSpans(group)
    }
    return unsafe packed(
      opentelemetry__proto__collector__trace__v1__export_trace_service_request__get_packed_size(request)
    ) { unsafe opentelemetry__proto__collector__trace__v1__export_trace_service_request__pack(request, $0) }
  }

  mutating func response(rejectedSpans: Int, message: String) -> [UInt8] {
    let response = unsafe memory.new(
      PBResponse.self, opentelemetry__proto__collector__trace__v1__export_trace_service_response__init)
    if rejectedSpans != 0 || !message.isEmpty {
      let partial = unsafe memory.new(
        PBPartialSuccess.self, opentelemetry__proto__collector__trace__v1__export_trace_partial_success__init)
      unsafe partial.pointee.rejected_spans = Int64(rejectedSpans)
      unsafe set(&partial.pointee.error_message, to: message, field: 2, of: &partial.pointee.base)
      unsafe response.pointee.partial_success = partial
    }
    return unsafe packed(
      opentelemetry__proto__collector__trace__v1__export_trace_service_response__get_packed_size(response)
    ) { unsafe opentelemetry__proto__collector__trace__v1__export_trace_service_response__pack(response, $0) }
  }

  mutating func refusal(code: Int32, message: String) -> [UInt8] {
    let status = unsafe memory.new(Google__Rpc__Status.self, google__rpc__status__init)
    unsafe status.pointee.code = code
    unsafe set(&status.pointee.message, to: message, field: 2, of: &status.pointee.base)
    return unsafe packed(google__rpc__status__get_packed_size(status)) {
      unsafe google__rpc__status__pack(status, $0)
    }
  }

  private func packed(_ byteCount: Int, by pack: (UnsafeMutablePointer<UInt8>?) -> Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      count = unsafe byteCount == 0 ? 0 : pack(buffer.baseAddress)
    }
  }
}

// MARK: - Messages

extension Packer {
  private mutating func resourceSpans(_ group: RequestEncoder.Group) -> UnsafeMutablePointer<PBResourceSpans> {
    let message = unsafe memory.new(PBResourceSpans.self, opentelemetry__proto__trace__v1__resource_spans__init)
    unsafe message.pointee.resource = resource(group.resource)
    unsafe set(
      &message.pointee.schema_url, to: group.resource.schemaURL, field: 3, of: &message.pointee.base)
    unsafe (message.pointee.n_scope_spans, message.pointee.scope_spans) = array(group.scopes) { packer, run in
      unsafe packer.scopeSpans(run.scope, group.spans[run.spans])
    }
    return unsafe message
  }

  private mutating func resource(_ resource: Resource) -> UnsafeMutablePointer<PBResource> {
    let message = unsafe memory.new(PBResource.self, opentelemetry__proto__resource__v1__resource__init)
    unsafe (message.pointee.n_attributes, message.pointee.attributes) = attributes(resource.attributes)
    unsafe message.pointee.dropped_attributes_count = resource.droppedAttributesCount
    unsafe (message.pointee.n_entity_refs, message.pointee.entity_refs) =
      array(resource.entityReferences) { packer, reference in unsafe packer.entityReference(reference) }
    return unsafe message
  }

  private mutating func entityReference(_ reference: EntityReference) -> UnsafeMutablePointer<PBEntityReference> {
    let message = unsafe memory.new(PBEntityReference.self, opentelemetry__proto__common__v1__entity_ref__init)
    unsafe set(&message.pointee.schema_url, to: reference.schemaURL, field: 1, of: &message.pointee.base)
    unsafe set(&message.pointee.type, to: reference.type, field: 2, of: &message.pointee.base)
    unsafe (message.pointee.n_id_keys, message.pointee.id_keys) =
      strings(reference.idKeys, field: 3, of: &message.pointee.base)
    unsafe (message.pointee.n_description_keys, message.pointee.description_keys) =
      strings(reference.descriptionKeys, field: 4, of: &message.pointee.base)
    return unsafe message
  }

  private mutating func scopeSpans(
    _ scope: InstrumentationScope, _ spans: ArraySlice<Span>
  ) -> UnsafeMutablePointer<PBScopeSpans> {
    let message = unsafe memory.new(PBScopeSpans.self, opentelemetry__proto__trace__v1__scope_spans__init)
    unsafe message.pointee.scope = self.scope(scope)
    unsafe set(&message.pointee.schema_url, to: scope.schemaURL, field: 3, of: &message.pointee.base)
    unsafe (message.pointee.n_spans, message.pointee.spans) = array(spans) { packer, span in
      unsafe packer.span(span)
    }
    return unsafe message
  }

  private mutating func scope(_ scope: InstrumentationScope) -> UnsafeMutablePointer<PBScope> {
    let message = unsafe memory.new(PBScope.self, opentelemetry__proto__common__v1__instrumentation_scope__init)
    unsafe set(&message.pointee.name, to: scope.name, field: 1, of: &message.pointee.base)
    unsafe set(&message.pointee.version, to: scope.version, field: 2, of: &message.pointee.base)
    unsafe (message.pointee.n_attributes, message.pointee.attributes) = attributes(scope.attributes)
    unsafe message.pointee.dropped_attributes_count = scope.droppedAttributesCount
    return unsafe message
  }

  private mutating func span(_ span: Span) -> UnsafeMutablePointer<PBSpan> {
    let message = unsafe memory.new(PBSpan.self, opentelemetry__proto__trace__v1__span__init)
    unsafe message.pointee.trace_id = data(span.traceID.bytes)
    unsafe message.pointee.span_id = data(span.spanID.bytes)
    if !span.parentSpanID.isZero { unsafe message.pointee.parent_span_id = data(span.parentSpanID.bytes) }
    unsafe set(&message.pointee.trace_state, to: span.traceState, field: 3, of: &message.pointee.base)
    unsafe message.pointee.flags = span.flags
    unsafe set(&message.pointee.name, to: span.name, field: 5, of: &message.pointee.base)
    unsafe message.pointee.kind.rawValue = .init(truncatingIfNeeded: span.kind.rawValue)
    unsafe message.pointee.start_time_unix_nano = span.start.unixNanoseconds
    unsafe message.pointee.end_time_unix_nano = span.end.unixNanoseconds
    unsafe (message.pointee.n_attributes, message.pointee.attributes) = attributes(span.attributes)
    unsafe message.pointee.dropped_attributes_count = span.droppedAttributesCount
    unsafe (message.pointee.n_events, message.pointee.events) = array(span.events) { packer, event in
      unsafe packer.event(event)
    }
    unsafe message.pointee.dropped_events_count = span.droppedEventsCount
    unsafe (message.pointee.n_links, message.pointee.links) = array(span.links) { packer, link in
      unsafe packer.link(link)
    }
    unsafe message.pointee.dropped_links_count = span.droppedLinksCount
    if span.status != SpanStatus() { unsafe message.pointee.status = status(span.status) }
    return unsafe message
  }

  private mutating func status(_ status: SpanStatus) -> UnsafeMutablePointer<PBStatus> {
    let message = unsafe memory.new(PBStatus.self, opentelemetry__proto__trace__v1__status__init)
    unsafe set(&message.pointee.message, to: status.message, field: 2, of: &message.pointee.base)
    unsafe message.pointee.code.rawValue = .init(truncatingIfNeeded: status.code.rawValue)
    return unsafe message
  }

  private mutating func event(_ event: SpanEvent) -> UnsafeMutablePointer<PBEvent> {
    let message = unsafe memory.new(PBEvent.self, opentelemetry__proto__trace__v1__span__event__init)
    unsafe message.pointee.time_unix_nano = event.time.unixNanoseconds
    unsafe set(&message.pointee.name, to: event.name, field: 2, of: &message.pointee.base)
    unsafe (message.pointee.n_attributes, message.pointee.attributes) = attributes(event.attributes)
    unsafe message.pointee.dropped_attributes_count = event.droppedAttributesCount
    return unsafe message
  }

  private mutating func link(_ link: SpanLink) -> UnsafeMutablePointer<PBLink> {
    let message = unsafe memory.new(PBLink.self, opentelemetry__proto__trace__v1__span__link__init)
    unsafe message.pointee.trace_id = data(link.traceID.bytes)
    unsafe message.pointee.span_id = data(link.spanID.bytes)
    unsafe set(&message.pointee.trace_state, to: link.traceState, field: 3, of: &message.pointee.base)
    unsafe (message.pointee.n_attributes, message.pointee.attributes) = attributes(link.attributes)
    unsafe message.pointee.dropped_attributes_count = link.droppedAttributesCount
    unsafe message.pointee.flags = link.flags
    return unsafe message
  }

  private mutating func attributes(_ attributes: [Attribute], depth: Int = 1) -> (Int, PBArray<PBAttribute>?) {
    unsafe array(attributes) { packer, attribute in
      let message = unsafe packer.memory.new(PBAttribute.self, opentelemetry__proto__common__v1__key_value__init)
      unsafe packer.set(&message.pointee.key, to: attribute.key, field: 1, of: &message.pointee.base)
      unsafe message.pointee.value = packer.value(attribute.value, depth: depth)
      return unsafe message
    }
  }

  private mutating func value(_ value: AttributeValue, depth: Int) -> UnsafeMutablePointer<PBValue> {
    precondition(depth <= RequestLimits.valueDepthMax)
    let message = unsafe memory.new(PBValue.self, opentelemetry__proto__common__v1__any_value__init)
    switch value {
    case .empty: break
    case .string(let text):
      // An empty string is a value too, so it gets a pointer of its own: protobuf-c leaves its static one out.
      if unsafe set(&message.pointee.string_value, to: text, field: 1, of: &message.pointee.base) {
        unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_STRING_VALUE
      }
    case .bool(let bool):
      unsafe message.pointee.bool_value = bool ? 1 : 0
      unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_BOOL_VALUE
    case .int(let number):
      unsafe message.pointee.int_value = number
      unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_INT_VALUE
    case .double(let number):
      unsafe message.pointee.double_value = number
      unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_DOUBLE_VALUE
    case .bytes(let bytes):
      unsafe message.pointee.bytes_value = data(bytes)
      unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_BYTES_VALUE
    case .array(let values):
      let array = unsafe memory.new(PBArrayValue.self, opentelemetry__proto__common__v1__array_value__init)
      unsafe (array.pointee.n_values, array.pointee.values) = self.array(values) { packer, value in
        unsafe packer.value(value, depth: depth + 1)
      }
      unsafe message.pointee.array_value = array
      unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_ARRAY_VALUE
    case .keyValueList(let attributes):
      let list = unsafe memory.new(PBAttributeList.self, opentelemetry__proto__common__v1__key_value_list__init)
      unsafe (list.pointee.n_values, list.pointee.values) = self.attributes(attributes, depth: depth + 1)
      unsafe message.pointee.kvlist_value = list
      unsafe message.pointee.value_case = OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_KVLIST_VALUE
    }
    return unsafe message
  }
}

// MARK: - Fields

extension Packer {
  private mutating func array<Element, Message>(
    _ elements: some Collection<Element>,
    _ pack: (inout Packer, Element) -> UnsafeMutablePointer<Message>
  ) -> (Int, PBArray<Message>?) {
    let pointers = unsafe memory.pointers(to: Message.self, count: elements.count)
    var index = 0
    for element in elements {
      unsafe pointers[index] = unsafe pack(&self, element)
      index += 1
    }
    return unsafe (index, pointers)
  }

  /// Sets a string field, or adds it to the message as an unknown field if it contains a NUL, at which protobuf-c
  /// would cut it. On the wire both look the same but for the order of fields, which says nothing.
  ///
  /// Returns whether the field itself was set.
  @discardableResult
  private mutating func set(
    _ pointer: inout UnsafeMutablePointer<CChar>?, to text: String, field: UInt32, of base: inout ProtobufCMessage
  ) -> Bool {
    if text.utf8.contains(0) {
      unsafe addUnknown([text], field: field, to: &base)
      return false
    }
    unsafe pointer = memory.string(text)
    return true
  }

  /// A repeated field of strings, which all go one way so that they keep their order.
  private mutating func strings(
    _ strings: [String], field: UInt32, of base: inout ProtobufCMessage
  ) -> (Int, PBArray<CChar>?) {
    if strings.contains(where: { $0.utf8.contains(0) }) {
      unsafe addUnknown(strings, field: field, to: &base)
      return (0, nil)
    }
    return unsafe array(strings) { packer, text in unsafe packer.memory.string(text) }
  }

  private mutating func addUnknown(_ strings: [String], field: UInt32, to base: inout ProtobufCMessage) {
    let count = unsafe Int(base.n_unknown_fields)
    let fields = unsafe memory.allocate(ProtobufCMessageUnknownField.self, count: count + strings.count)
    for index in 0..<count { unsafe fields[index] = unsafe base.unknown_fields[index] }
    for (index, text) in strings.enumerated() {
      var writer = ByteWriter()
      writer.string(text)
      let content = unsafe data(writer.bytes)
      unsafe fields[count + index] = unsafe ProtobufCMessageUnknownField(
        tag: field, wire_type: PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, len: content.len, data: content.data)
    }
    unsafe base.n_unknown_fields = UInt32(count + strings.count)
    unsafe base.unknown_fields = fields
  }

  private mutating func data(_ bytes: [UInt8]) -> ProtobufCBinaryData {
    let copy = unsafe memory.allocate(UInt8.self, count: bytes.count)
    for (index, byte) in bytes.enumerated() { unsafe copy[index] = byte }
    return unsafe ProtobufCBinaryData(len: bytes.count, data: copy)
  }
}

/// Memory that is given out piece by piece and let go of at once.
@safe private struct PackingMemory: ~Copyable {
  private var blocks: [UnsafeMutableRawPointer] = unsafe []
  private var next = 0
  private var left = 0
  private static let blockByteCount = 64 << 10
  private static let alignment = 16

  init() {}

  deinit {
    unsafe blocks.forEach { unsafe $0.deallocate() }
  }

  /// A message with every field at its default.
  mutating func new<Message>(
    _ type: Message.Type, _ initialize: (UnsafeMutablePointer<Message>?) -> Void
  ) -> UnsafeMutablePointer<Message> {
    let message = unsafe allocate(type, count: 1)
    unsafe initialize(message)
    return unsafe message
  }

  mutating func pointers<Message>(to type: Message.Type, count: Int) -> PBArray<Message> {
    let pointers = unsafe allocate(UnsafeMutablePointer<Message>?.self, count: count)
    unsafe pointers.initialize(repeating: nil, count: count)
    return unsafe pointers
  }

  /// With a NUL behind it.
  mutating func string(_ text: String) -> UnsafeMutablePointer<CChar> {
    let count = text.utf8.count
    let copy = unsafe allocate(CChar.self, count: count + 1)
    var index = 0
    for byte in text.utf8 {
      unsafe copy[index] = CChar(bitPattern: byte)
      index += 1
    }
    unsafe copy[count] = 0
    return unsafe copy
  }

  /// Not initialized, and never NULL.
  mutating func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
    let byteCount = max(Self.alignment, (count * MemoryLayout<Value>.stride + 15) & ~15)
    if unsafe byteCount > left || blocks.isEmpty {
      let size = max(byteCount, Self.blockByteCount)
      unsafe blocks.append(.allocate(byteCount: size, alignment: Self.alignment))
      (next, left) = (0, size)
    }
    defer {
      next += byteCount
      left -= byteCount
    }
    return unsafe (blocks[blocks.count - 1] + next).bindMemory(to: type, capacity: count)
  }
}
