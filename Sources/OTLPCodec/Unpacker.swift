import COTLP
import TraceModel

private typealias PBAttribute = Opentelemetry__Proto__Common__V1__KeyValue
private typealias PBValue = Opentelemetry__Proto__Common__V1__AnyValue
private typealias PBEntityReference = Opentelemetry__Proto__Common__V1__EntityRef
private typealias PBEvent = Opentelemetry__Proto__Trace__V1__Span__Event
private typealias PBLink = Opentelemetry__Proto__Trace__V1__Span__Link

/// An array of messages as protobuf-c lays it out; NULL when empty.
private typealias PBArray<Message> = UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?

/// Turns the bytes of one message at a time into the model's values, by way of protobuf-c. The only file that reads
/// protobuf-c's structs: they lie in the arena, and each method is done with them when it returns.
///
/// What comes in has been read by `MessageShape.validate`, but nothing here relies on that.
@safe struct Unpacker: ~Copyable {
  private let arena: OpaquePointer?
  /// Strings that were not UTF-8, counted since somebody last set this to 0.
  var repairedStrings = 0

  init() {
    unsafe arena = otlp_arena_create()
  }

  deinit {
    unsafe otlp_arena_destroy(arena)
  }

  enum UnpackedSpan {
    case span(Span)
    case rejected(RejectionReason)
  }

  mutating func span(
    _ range: Range<Int>, in bytes: RawSpan, resource: Resource, scope: InstrumentationScope
  ) throws(DecodeError) -> UnpackedSpan {
    let message: UnsafeMutablePointer<Opentelemetry__Proto__Trace__V1__Span>
    do throws(DecodeError) {
      unsafe message = try unpack(range, in: bytes, with: otlp_unpack_span)
    } catch .overBudget {
      return .rejected(.spanOverBudget)
    }
    guard let traceID = unsafe TraceID(message.pointee.trace_id), !traceID.isZero else {
      return .rejected(.invalidTraceID)
    }
    guard let spanID = unsafe SpanID(message.pointee.span_id), !spanID.isZero else {
      return .rejected(.invalidSpanID)
    }
    let hasParent = unsafe message.pointee.parent_span_id.len > 0
    guard let parentSpanID = unsafe hasParent ? SpanID(message.pointee.parent_span_id) : .zero else {
      return .rejected(.invalidParentSpanID)
    }
    guard let links = unsafe try links(message.pointee.n_links, message.pointee.links) else {
      return .rejected(.invalidLinkID)
    }
    var status = SpanStatus()
    if let sent = unsafe message.pointee.status {
      status.code = unsafe SpanStatus.Code(rawValue: Int32(truncatingIfNeeded: sent.pointee.code.rawValue))
      status.message = unsafe string(sent.pointee.message)
    }
    return unsafe .span(
      Span(
        traceID: traceID, spanID: spanID, parentSpanID: parentSpanID,
        traceState: string(message.pointee.trace_state), flags: message.pointee.flags,
        name: string(message.pointee.name),
        kind: SpanKind(rawValue: Int32(truncatingIfNeeded: message.pointee.kind.rawValue)),
        start: Timestamp(unixNanoseconds: message.pointee.start_time_unix_nano),
        end: Timestamp(unixNanoseconds: message.pointee.end_time_unix_nano),
        attributes: try attributes(message.pointee.n_attributes, message.pointee.attributes),
        droppedAttributesCount: message.pointee.dropped_attributes_count,
        events: try events(message.pointee.n_events, message.pointee.events),
        droppedEventsCount: message.pointee.dropped_events_count, links: links,
        droppedLinksCount: message.pointee.dropped_links_count, status: status, resource: resource, scope: scope))
  }

  /// Without its schema URL, which stands outside.
  mutating func resource(_ range: Range<Int>, in bytes: RawSpan) throws(DecodeError) -> Resource {
    let message = unsafe try unpack(range, in: bytes, with: otlp_unpack_resource)
    return unsafe Resource(
      attributes: try attributes(message.pointee.n_attributes, message.pointee.attributes),
      droppedAttributesCount: message.pointee.dropped_attributes_count,
      entityReferences: entityReferences(message.pointee.n_entity_refs, message.pointee.entity_refs))
  }

  /// Without its schema URL, which stands outside.
  mutating func scope(_ range: Range<Int>, in bytes: RawSpan) throws(DecodeError) -> InstrumentationScope {
    let message = unsafe try unpack(range, in: bytes, with: otlp_unpack_scope)
    return unsafe InstrumentationScope(
      name: string(message.pointee.name), version: string(message.pointee.version),
      attributes: try attributes(message.pointee.n_attributes, message.pointee.attributes),
      droppedAttributesCount: message.pointee.dropped_attributes_count)
  }

  mutating func response(_ bytes: RawSpan) throws(DecodeError) -> (rejectedSpans: Int, message: String) {
    let message = unsafe try unpack(0..<bytes.byteCount, in: bytes, with: otlp_unpack_response)
    guard let partial = unsafe message.pointee.partial_success else { return (0, "") }
    return unsafe (Int(partial.pointee.rejected_spans), string(partial.pointee.error_message))
  }

  mutating func refusal(_ bytes: RawSpan) throws(DecodeError) -> (code: Int32, message: String) {
    let message = unsafe try unpack(0..<bytes.byteCount, in: bytes, with: otlp_unpack_status)
    return unsafe (message.pointee.code, string(message.pointee.message))
  }

  /// A string that stands in the bytes themselves; empty for none.
  mutating func string(_ range: Range<Int>?, in bytes: RawSpan) -> String {
    guard let range, !range.isEmpty else { return "" }
    return unsafe bytes.withUnsafeBytes { whole in
      unsafe string(UnsafeRawBufferPointer(rebasing: whole[range]))
    }
  }

  private func unpack<Message>(
    _ range: Range<Int>, in bytes: RawSpan,
    with function: (
      OpaquePointer?, UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<otlp_outcome>?
    ) -> UnsafeMutablePointer<Message>?
  ) throws(DecodeError) -> UnsafeMutablePointer<Message> {
    guard let arena = unsafe arena else { throw .outOfMemory }
    var outcome = OTLP_MALFORMED
    let message = unsafe bytes.withUnsafeBytes { whole in
      let part = unsafe UnsafeRawBufferPointer(rebasing: whole[range])
      return unsafe function(arena, part.baseAddress?.assumingMemoryBound(to: UInt8.self), part.count, &outcome)
    }
    if let message = unsafe message { return unsafe message }
    switch outcome {
    case OTLP_TOO_DEEP: throw .tooDeep(at: range.lowerBound)
    case OTLP_OVER_BUDGET: throw .overBudget(at: range.lowerBound)
    default: throw .malformed(at: range.lowerBound, "protobuf-c does not take the message")
    }
  }
}

// MARK: - Parts of messages

extension Unpacker {
  private mutating func attributes(
    _ count: Int, _ messages: PBArray<PBAttribute>, depth: Int = 1
  ) throws(DecodeError) -> [Attribute] {
    guard let messages = unsafe messages else { return [] }
    var attributes: [Attribute] = []
    attributes.reserveCapacity(count)
    for index in 0..<count {
      guard let message = unsafe messages[index] else { continue }
      let key = unsafe string(message.pointee.key)
      attributes.append(Attribute(key, unsafe try value(message.pointee.value, depth: depth)))
    }
    return attributes
  }

  private mutating func value(
    _ message: UnsafeMutablePointer<PBValue>?, depth: Int
  ) throws(DecodeError) -> AttributeValue {
    guard depth <= RequestLimits.valueDepthMax else { throw .tooDeep(at: 0) }
    guard let message = unsafe message else { return .empty }
    switch unsafe message.pointee.value_case {
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_STRING_VALUE:
      return .string(unsafe string(message.pointee.string_value))
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_BOOL_VALUE:
      return .bool(unsafe message.pointee.bool_value != 0)
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_INT_VALUE:
      return .int(unsafe message.pointee.int_value)
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_DOUBLE_VALUE:
      return .double(unsafe message.pointee.double_value)
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_BYTES_VALUE:
      let data = unsafe message.pointee.bytes_value
      return .bytes(unsafe Array(UnsafeBufferPointer(start: data.data, count: data.data == nil ? 0 : data.len)))
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_ARRAY_VALUE:
      guard let array = unsafe message.pointee.array_value, let messages = unsafe array.pointee.values else {
        return .array([])
      }
      var values: [AttributeValue] = []
      values.reserveCapacity(unsafe array.pointee.n_values)
      for index in 0..<(unsafe array.pointee.n_values) {
        values.append(unsafe try value(messages[index], depth: depth + 1))
      }
      return .array(values)
    case OPENTELEMETRY__PROTO__COMMON__V1__ANY_VALUE__VALUE_KVLIST_VALUE:
      guard let list = unsafe message.pointee.kvlist_value else { return .keyValueList([]) }
      return .keyValueList(unsafe try attributes(list.pointee.n_values, list.pointee.values, depth: depth + 1))
    default:
      return .empty
    }
  }

  private mutating func events(_ count: Int, _ messages: PBArray<PBEvent>) throws(DecodeError) -> [SpanEvent] {
    guard let messages = unsafe messages else { return [] }
    var events: [SpanEvent] = []
    events.reserveCapacity(count)
    for index in 0..<count {
      guard let message = unsafe messages[index] else { continue }
      events.append(
        unsafe SpanEvent(
          time: Timestamp(unixNanoseconds: message.pointee.time_unix_nano), name: string(message.pointee.name),
          attributes: try attributes(message.pointee.n_attributes, message.pointee.attributes),
          droppedAttributesCount: message.pointee.dropped_attributes_count))
    }
    return events
  }

  /// Nothing if one of them has an ID of the wrong length. IDs of zeros are kept: they harm nobody.
  private mutating func links(_ count: Int, _ messages: PBArray<PBLink>) throws(DecodeError) -> [SpanLink]? {
    guard let messages = unsafe messages else { return [] }
    var links: [SpanLink] = []
    links.reserveCapacity(count)
    for index in 0..<count {
      guard let message = unsafe messages[index] else { continue }
      guard let traceID = unsafe TraceID(message.pointee.trace_id),
        let spanID = unsafe SpanID(message.pointee.span_id)
      else { return nil }
      links.append(
        unsafe SpanLink(
          traceID: traceID, spanID: spanID, traceState: string(message.pointee.trace_state),
          attributes: try attributes(message.pointee.n_attributes, message.pointee.attributes),
          droppedAttributesCount: message.pointee.dropped_attributes_count, flags: message.pointee.flags))
    }
    return links
  }

  private mutating func entityReferences(_ count: Int, _ messages: PBArray<PBEntityReference>) -> [EntityReference] {
    guard let messages = unsafe messages else { return [] }
    var references: [EntityReference] = []
    for index in 0..<count {
      guard let message = unsafe messages[index] else { continue }
      references.append(
        unsafe EntityReference(
          schemaURL: string(message.pointee.schema_url), type: string(message.pointee.type),
          idKeys: strings(message.pointee.n_id_keys, message.pointee.id_keys),
          descriptionKeys: strings(message.pointee.n_description_keys, message.pointee.description_keys)))
    }
    return references
  }

  private mutating func strings(_ count: Int, _ strings: PBArray<CChar>) -> [String] {
    guard let strings = unsafe strings else { return [] }
    var result: [String] = []
    for index in 0..<count { result.append(unsafe string(strings[index])) }
    return result
  }

  private mutating func string(_ text: UnsafeMutablePointer<CChar>?) -> String {
    guard let text = unsafe text else { return "" }
    // Not strlen: a string may contain NUL.
    return unsafe string(UnsafeRawBufferPointer(start: text, count: otlp_string_length(arena, text)))
  }

  private mutating func string(_ bytes: UnsafeRawBufferPointer) -> String {
    let codeUnits = unsafe bytes.assumingMemoryBound(to: UInt8.self)
    // String(validating:as:) is generic in the library's own binary and takes three times as long.
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: unsafe codeUnits.span))
    } catch {
      repairedStrings += 1
      return unsafe String(decoding: codeUnits, as: UTF8.self)
    }
  }
}

extension TraceID {
  fileprivate init?(_ data: ProtobufCBinaryData) {
    guard unsafe data.len == 16, let bytes = unsafe UnsafeRawPointer(data.data) else { return nil }
    self.init(
      high: UInt64(bigEndian: unsafe bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }
}

extension SpanID {
  fileprivate init?(_ data: ProtobufCBinaryData) {
    guard unsafe data.len == 8, let bytes = unsafe UnsafeRawPointer(data.data) else { return nil }
    self.init(rawValue: UInt64(bigEndian: unsafe bytes.loadUnaligned(as: UInt64.self)))
  }
}
