import TraceModel

/// A span as Zipkin sent it, before it becomes one of OpenTelemetry's.
struct ZipkinSpanDraft {
  /// Nil where it is missing or none.
  var traceID: TraceID?
  var spanID: SpanID?
  /// Zero where there is none; nil where it is none of 8 bytes.
  var parentSpanID: SpanID? = .zero
  var kind = SpanKind.internal
  var name = ""
  /// In microseconds; 0 where it is not said.
  var timestamp: UInt64 = 0
  var duration: UInt64 = 0
  var local = Endpoint()
  var remote = Endpoint()
  var annotations: [(timestamp: UInt64, value: String)] = []
  private(set) var tags: [(key: String, value: String)] = []
  private var places: [ExactString: Int] = [:]
  var isDebug = false
  var isShared = false

  struct Endpoint {
    var serviceName = ""
    var ipv4 = ""
    var ipv6 = ""
    var port: UInt16 = 0

    var addresses: [String] { [ipv4, ipv6].filter { !$0.isEmpty } }
  }

  /// A tag that comes again counts as it came last.
  mutating func setTag(_ key: String, _ value: String) {
    let place = places[ExactString(text: key), default: tags.count]
    if place < tags.count {
      tags[place].value = value
    } else {
      places[ExactString(text: key)] = place
      tags.append((key, value))
    }
  }

  var partCount: Int { annotations.count + tags.count }
}

// MARK: - What OpenTelemetry makes of it

extension ZipkinSpanDraft {
  /// By the rules of OpenTelemetry's collector, but for what the codec's Decisions.md says.
  func span() -> Unpacker.UnpackedSpan {
    guard let traceID, !traceID.isZero else { return .rejected(.invalidTraceID) }
    guard let spanID, !spanID.isZero else { return .rejected(.invalidSpanID) }
    guard let parentSpanID else { return .rejected(.invalidParentSpanID) }
    // Who sends only when something happened has sent at least since then.
    let begin = timestamp > 0 ? timestamp : annotations.lazy.map(\.timestamp).filter { $0 > 0 }.min() ?? 0
    let start = Timestamp(microseconds: begin)
    var span = Span(
      traceID: traceID, spanID: spanID, parentSpanID: parentSpanID == spanID ? .zero : parentSpanID, name: name,
      kind: kind, start: start, end: start + Duration(nanoseconds: Timestamp(microseconds: duration).unixNanoseconds),
      events: annotations.map { SpanEvent(time: Timestamp(microseconds: $0.timestamp), name: $0.value) })
    span.resource.attributes = [Attribute(SemanticAttributes.serviceName, .string(serviceName))]
    if !local.addresses.isEmpty {
      span.resource.attributes.append(Attribute("host.ip", .array(local.addresses.map { .string($0) })))
    }
    for (key, value) in tags { take(key, value, into: &span) }
    addEndpoints(to: &span)
    return .span(span)
  }

  /// As the resource wrote it, where a tag says that: Zipkin's servers have names in lower case.
  private var serviceName: String {
    let tag = tags.first { $0.key == SemanticAttributes.serviceName }?.value ?? ""
    if local.serviceName.isEmpty { return tag.isEmpty ? Self.unknownService : tag }
    return tag.lowercased() == local.serviceName.lowercased() ? tag : local.serviceName
  }

  private static let unknownService = "unknown_service"

  private func take(_ key: String, _ value: String, into span: inout Span) {
    switch key {
    case SemanticAttributes.serviceName: break
    case SemanticAttributes.otelStatusCode:
      if value.hasSuffix("OK") { span.status.code = .ok }
      if value.hasSuffix("ERROR") { span.status.code = .error }
    case "otel.status_description": span.status.message = value
    case SemanticAttributes.error: takeError(value, into: &span)
    case "otel.scope.name", "otel.library.name": span.scope.name = value
    case "otel.scope.version", "otel.library.version": span.scope.version = value
    case "w3c.tracestate": span.traceState = value
    case "span.kind" where value == "internal" && kind == .internal: break
    case "otel.dropped_attributes_count": span.droppedAttributesCount = UInt32(value) ?? 0
    case "otel.dropped_events_count": span.droppedEventsCount = UInt32(value) ?? 0
    case "otel.dropped_links_count": span.droppedLinksCount = UInt32(value) ?? 0
    case _ where key.hasPrefix("otlp.link."):
      let link = SpanLink(zipkin: value)
      if let link { span.links.append(link) }
      // A link's attributes stay in the tag.
      if link == nil || !value.contains("|{}|") { span.attributes.append(Attribute(key, .string(value))) }
    case _ where Self.isOfResource(key): span.resource.attributes.append(Attribute(key, .string(value)))
    default: span.attributes.append(Attribute(key, .string(value)))
    }
  }

  /// To Zipkin, a span with this tag has failed, whatever it says but "false".
  private func takeError(_ value: String, into span: inout Span) {
    if value == "false" || value == "true" {
      span.attributes.append(Attribute(SemanticAttributes.error, .string(value)))
    } else if span.status.message.isEmpty {
      span.status.message = value
    }
    if value != "false" { span.status.code = .error }
  }

  /// What OpenTelemetry's exporters put among the tags from the resource.
  private static func isOfResource(_ key: String) -> Bool {
    resourcePrefixes.contains { key.hasPrefix($0) } && !key.hasPrefix("service.peer.")
  }

  private static let resourcePrefixes = [
    "service.", "telemetry.", "host.", "process.", "k8s.", "container.", "cloud.", "os.", "deployment.",
  ]

  private func addEndpoints(to span: inout Span) {
    func add(_ key: String, _ value: AttributeValue) {
      if span.attributes[key] == nil { span.attributes.append(Attribute(key, value)) }
    }
    if local.port > 0 { add("network.local.port", .int(Int64(local.port))) }
    // A name that an attribute says already would make another node of the same peer.
    let name = remote.serviceName.lowercased()
    let isKnown = Self.peerKeys.contains { span.attributes[$0]?.stringValue?.lowercased() == name }
    if !name.isEmpty, !isKnown, span.attributes[SemanticAttributes.servicePeerName] == nil {
      add(SemanticAttributes.peerService, .string(remote.serviceName))
    }
    if let address = remote.addresses.first { add(SemanticAttributes.networkPeerAddress, .string(address)) }
    if remote.port > 0 { add(SemanticAttributes.networkPeerPort, .int(Int64(remote.port))) }
    if isDebug { add("zipkin.debug", .bool(true)) }
    if isShared { add("zipkin.shared", .bool(true)) }
  }

  private static let peerKeys = [
    SemanticAttributes.servicePeerName, SemanticAttributes.peerService, SemanticAttributes.serverAddress,
    SemanticAttributes.netPeerName, SemanticAttributes.dbName, SemanticAttributes.dbNamespace,
    SemanticAttributes.messagingSystem,
  ]
}

extension Timestamp {
  /// Past the end of time it stays there.
  fileprivate init(microseconds: UInt64) {
    let (product, isOver) = microseconds.multipliedReportingOverflow(by: 1000)
    self.init(unixNanoseconds: isOver ? .max : product)
  }
}

extension SpanLink {
  /// `TRACE|SPAN|STATE|ATTRIBUTES|DROPPED`, as OpenTelemetry's collector writes links; nil for any other text.
  fileprivate init?(zipkin text: String) {
    let parts = text.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let traceID = TraceID(hex: parts[0]), let spanID = SpanID(hex: parts[1]),
      let end = parts[3].lastIndex(of: "|")
    else { return nil }
    self.init(
      traceID: traceID, spanID: spanID, traceState: String(parts[2]),
      droppedAttributesCount: UInt32(parts[3][end...].dropFirst()) ?? 0)
  }
}
