import TraceModel
import TraceQuery

/// A trace's spans as Zipkin has them, by OpenTelemetry's rules for it
/// (https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/); where those are silent, by those of its collector.
struct ZipkinTrace {
  let spans: [ZipkinSpan]

  /// - Parameter found: spans of one trace, in any order; those that were received twice come once.
  init(_ id: TraceID, _ found: [TraceModel.Span]) {
    let spans = Trace(of: id, found).spans.map(\.span)
    // The server's end of a call that has its client's ID adds to a span that someone else began.
    let callers = Set(spans.lazy.filter(\.kind.isOutgoing).map(\.spanID))
    self.spans = spans.map { span in
      ZipkinSpan(span, isShared: span.kind.isIncoming && callers.contains(span.spanID))
    }
  }

  /// The earliest, in microseconds; 0 if no span says when it began.
  var start: UInt64 { spans.lazy.compactMap(\.timestamp).min() ?? 0 }
}

extension ZipkinSpan {
  /// Attributes that stand for what only Zipkin's spans have.
  static let debugKey = "zipkin.debug"
  static let sharedKey = "zipkin.shared"

  fileprivate init(_ span: TraceModel.Span, isShared: Bool) {
    traceId = span.traceID.zipkin
    id = span.spanID.description
    parentId = span.parentSpanID.isZero ? nil : span.parentSpanID.description
    kind = Kind(span.kind)
    name = span.name.isEmpty ? nil : span.name.lowercased()
    timestamp = span.start.unixNanoseconds == 0 ? nil : max(1, span.start.unixNanoseconds / 1000)
    duration = span.duration == .zero ? nil : max(1, span.duration.nanoseconds / 1000)
    localEndpoint = ZipkinEndpoint(localOf: span)
    remoteEndpoint = ZipkinEndpoint(remoteOf: span)
    annotations = span.events.isEmpty ? nil : span.events.map { Annotation($0) }
    let tags = Self.tags(span)
    self.tags = tags.isEmpty ? nil : tags
    debug = span.attributes[Self.debugKey] == .bool(true) ? true : nil
    shared = isShared || span.attributes[Self.sharedKey] == .bool(true) ? true : nil
  }

  /// What is the span's own comes last, and stays.
  private static func tags(_ span: TraceModel.Span) -> [String: String] {
    var tags: [String: String] = [:]
    for attribute in span.resource.attributes where attribute.key != SemanticAttributes.serviceName {
      tags[attribute.key] = attribute.value.zipkinTag
    }
    for (key, text) in [
      ("otel.scope.name", span.scope.name), ("otel.scope.version", span.scope.version),
      ("w3c.tracestate", span.traceState),
    ] where !text.isEmpty { tags[key] = text }
    for (key, count) in [
      ("otel.dropped_attributes_count", span.droppedAttributesCount),
      ("otel.dropped_events_count", span.droppedEventsCount), ("otel.dropped_links_count", span.droppedLinksCount),
    ] where count > 0 { tags[key] = String(count) }
    for attribute in span.attributes.reversed() where attribute.key != debugKey && attribute.key != sharedKey {
      tags[attribute.key] = attribute.value.zipkinTag
    }
    for (number, link) in span.links.enumerated() {
      tags["otlp.link.\(number)"] =
        "\(link.traceID)|\(link.spanID)|\(link.traceState)|\(link.attributes.zipkinJSON)|\(link.droppedAttributesCount)"
    }
    setStatus(span.status, &tags)
    return tags
  }

  private static func setStatus(_ status: SpanStatus, _ tags: inout [String: String]) {
    switch status.code {
    case .error:
      tags[SemanticAttributes.otelStatusCode] = "ERROR"
      if !status.message.isEmpty || tags[SemanticAttributes.error] == nil {
        tags[SemanticAttributes.error] = status.message
      }
    case .ok: tags[SemanticAttributes.otelStatusCode] = "OK"
    default: break
    }
    // To Zipkin, whatever it says, a span with this tag has failed.
    if status.code != .error, tags[SemanticAttributes.error] == "false" { tags[SemanticAttributes.error] = nil }
  }
}

extension TraceID {
  /// 16 digits where Zipkin has 16.
  var zipkin: String { high == 0 ? String(description.suffix(16)) : description }
}

extension ZipkinSpan.Kind {
  fileprivate init?(_ kind: SpanKind) {
    switch kind {
    case .client: self = .client
    case .server: self = .server
    case .producer: self = .producer
    case .consumer: self = .consumer
    default: return nil
    }
  }
}

extension ZipkinSpan.Annotation {
  /// Zipkin's have no attributes, so those of an event stand behind its name.
  fileprivate init(_ event: SpanEvent) {
    timestamp = event.time.unixNanoseconds / 1000
    value =
      event.attributes.isEmpty
      ? event.name : "\(AttributeValue.string(event.name).zipkinJSON):\(event.attributes.zipkinJSON)"
  }
}

extension ZipkinEndpoint {
  /// Who sent the span. Without a name it is the one that OpenTelemetry's SDKs would have given it.
  fileprivate init?(localOf span: TraceModel.Span) {
    let name = span.resource.serviceName ?? ""
    serviceName = (name.isEmpty ? ZipkinNames.unknownService : name).lowercased()
    switch span.resource.attributes["host.ip"] {
    case .string(let address)?: add(host: address)
    case .array(let addresses)?: for address in addresses { add(host: address.stringValue ?? "") }
    default: break
    }
    port = span.attributes["network.local.port"]?.port
  }

  private mutating func add(host address: String) {
    if address.isIPv4Address || address.isIPv6Address { add(address: address) }
  }

  /// Who is called or sent to, by what OpenTelemetry ranks highest of its attributes; at the other end, who called.
  fileprivate init?(remoteOf span: TraceModel.Span) {
    let attributes = span.attributes
    for key in [SemanticAttributes.servicePeerName, SemanticAttributes.peerService] where serviceName == nil {
      serviceName = attributes[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0.lowercased() }
    }
    if span.kind.isOutgoing {
      for key in Self.hostKeys where isEmpty {
        if let host = attributes[key]?.stringValue { add(address: host) }
      }
    }
    for (address, port) in Self.socketKeys where ipv4 == nil && ipv6 == nil {
      guard let text = attributes[address]?.stringValue, text.isIPv4Address || text.isIPv6Address else { continue }
      add(address: text)
      self.port = attributes[port]?.port
    }
    if span.kind.isOutgoing {
      if port == nil, serviceName != nil || ipv4 != nil || ipv6 != nil {
        port = attributes[SemanticAttributes.serverPort]?.port ?? attributes[SemanticAttributes.netPeerPort]?.port
      }
      for key in Self.lastKeys where isEmpty {
        serviceName = attributes[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0.lowercased() }
      }
    }
    if isEmpty { return nil }
  }

  private static let hostKeys = [
    SemanticAttributes.serverAddress, SemanticAttributes.netPeerName, "server.socket.domain", "net.sock.peer.name",
    "peer.hostname", "peer.address",
  ]
  private static let socketKeys = [
    (SemanticAttributes.networkPeerAddress, SemanticAttributes.networkPeerPort),
    ("server.socket.address", "server.socket.port"),
    (SemanticAttributes.netSockPeerAddress, SemanticAttributes.netSockPeerPort), ("net.peer.ip", "net.peer.port"),
  ]
  /// Where there is no address at all.
  private static let lastKeys = [
    SemanticAttributes.dbName, SemanticAttributes.dbNamespace, SemanticAttributes.messagingSystem,
  ]
}

extension AttributeValue {
  fileprivate var port: UInt16? {
    switch self {
    case .int(let number): UInt16(exactly: number).flatMap { $0 == 0 ? nil : $0 }
    case .string(let text): UInt16(text).flatMap { $0 == 0 ? nil : $0 }
    default: nil
    }
  }
}
