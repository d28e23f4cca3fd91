import TraceModel
import TraceQuery

extension JaegerTrace {
  /// A linked trace. Spans that share an ID are told apart by new ones, as Jaeger's adjusters do, so that the tree in which
  /// they hang stays the one that was linked.
  /// - Parameter isRaw: whether spans are shown as they were sent: then nothing is said of parents that are missing.
  init(_ found: TraceQueries.LinkedTrace, isRaw: Bool) {
    let id = found.trace.id.description
    let identities = SpanIdentities(found.trace)
    var processes = JaegerProcesses()
    spans = found.trace.spans.enumerated().map { position, linked in
      var span = JaegerSpan(linked.span, processID: processes.id(of: linked.span.resource))
      span.spanID = identities.ids[position].description
      if let parent = identities.parent(of: position) {
        span.references.insert(JaegerReference(refType: "CHILD_OF", traceID: id, spanID: parent.description), at: 0)
      }
      if !isRaw { span.warnings = linked.warnings(isKnownParent: identities.isKnown(linked.span.parentSpanID)) }
      return span
    }
    traceID = id
    self.processes = processes.byID
    warnings = found.warnings
  }

  /// Spans as they are, linked by nothing but the IDs of their parents.
  init(_ id: TraceID, unlinked spans: [Span]) {
    var processes = JaegerProcesses()
    self.spans = spans.map { span in
      var shape = JaegerSpan(span, processID: processes.id(of: span.resource))
      if !span.parentSpanID.isZero {
        shape.references.insert(
          JaegerReference(
            refType: "CHILD_OF", traceID: id.description, spanID: span.parentSpanID.description), at: 0)
      }
      return shape
    }
    traceID = id.description
    self.processes = processes.byID
    warnings = []
  }
}

extension TraceQueries.LinkedTrace {
  /// Whether nothing of it is missing here.
  var isWhole: Bool { !hasMore && !isPartial }

  /// What a person who looks at the trace has to know of what is not there.
  var warnings: [String] {
    var warnings: [String] = []
    if hasMore {
      warnings.append(
        "only the \(trace.spans.count) spans that arrived first are shown; "
          + "GET /api/spoor/v1/traces/\(trace.id) has all, page by page")
    }
    if isPartial { warnings.append("some spans of this trace were overwritten or cannot be read") }
    return warnings
  }
}

extension LinkedSpan {
  func warnings(isKnownParent: Bool) -> [String] {
    var warnings: [String] = []
    if isOrphan {
      warnings.append(
        isKnownParent
          ? "parent span ID=\(span.parentSpanID) leads round in a circle; shown as a root"
          : "parent span ID=\(span.parentSpanID) is not in the trace; skipping clock skew adjustment")
    }
    if let clockShift { warnings.append(clockShift.warning) }
    return warnings
  }
}

extension JaegerSpan {
  /// Without a reference to its parent.
  init(_ span: Span, processID: String) {
    traceID = span.traceID.description
    spanID = span.spanID.description
    flags = span.flags & 0xff
    operationName = span.name
    references = span.links.filter { !$0.traceID.isZero && !$0.spanID.isZero }.map { link in
      let isChild = link.attributes["opentracing.ref_type"]?.stringValue == "child_of"
      return JaegerReference(
        refType: isChild ? "CHILD_OF" : "FOLLOWS_FROM", traceID: link.traceID.description,
        spanID: link.spanID.description)
    }
    startTime = span.start.unixNanoseconds / 1000
    duration = span.duration.nanoseconds / 1000
    tags = span.jaegerTags
    logs = span.events.map { JaegerLog($0) }
    self.processID = processID
    warnings = []
  }
}

extension JaegerLog {
  init(_ event: SpanEvent) {
    timestamp = event.time.unixNanoseconds / 1000
    fields = event.attributes.map { JaegerTag($0) }
    if !event.name.isEmpty && event.attributes["event"] == nil {
      fields.insert(JaegerTag("event", .string(event.name)), at: 0)
    }
  }
}

extension Span {
  /// The span's attributes, and what OpenTelemetry has other places for, in the order of OpenTelemetry's translator
  /// (opentelemetry-collector-contrib pkg/translator/jaeger). What the span says of itself goes before an attribute that
  /// somebody gave the same key.
  var jaegerTags: [JaegerTag] {
    var (first, last): ([JaegerTag], [JaegerTag]) = ([], [])
    if !scope.name.isEmpty { first.append(JaegerTag("otel.scope.name", .string(scope.name))) }
    if !scope.version.isEmpty { first.append(JaegerTag("otel.scope.version", .string(scope.version))) }
    if kind != .unspecified { last.append(JaegerTag("span.kind", .string(kind.description))) }
    switch status.code {
    case .ok: last.append(JaegerTag("otel.status_code", .string("OK")))
    case .error:
      last.append(JaegerTag("otel.status_code", .string("ERROR")))
      last.append(JaegerTag("error", .bool(true)))
    default: break
    }
    if !status.message.isEmpty { last.append(JaegerTag("otel.status_description", .string(status.message))) }
    if !traceState.isEmpty { last.append(JaegerTag("w3c.tracestate", .string(traceState))) }
    let taken = Set((first + last).map(\.key))
    return first + attributes.filter { !taken.contains($0.key) }.map { JaegerTag($0) } + last
  }

  /// What Jaeger calls the span's service.
  var jaegerService: String { resource.jaegerService }
}

extension Resource {
  var jaegerService: String { serviceName.flatMap { $0.isEmpty ? nil : $0 } ?? "unknown_service" }
}

/// The processes of a trace: each resource once, `p1` first.
private struct JaegerProcesses {
  private var ids: [Resource: String] = [:]
  private(set) var byID: [String: JaegerProcess] = [:]

  mutating func id(of resource: Resource) -> String {
    if let known = ids[resource] { return known }
    let process = JaegerProcess(
      serviceName: resource.jaegerService,
      tags: resource.attributes.filter { $0.key != SemanticAttributes.serviceName }.map { JaegerTag($0) })
    let id = "p\(ids.count + 1)"
    ids[resource] = id
    byID[id] = process
    return id
  }
}
