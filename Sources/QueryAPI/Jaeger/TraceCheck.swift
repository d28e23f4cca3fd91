import TraceModel

/// Something that is right or wrong of a span.
struct TraceCheck: Sendable {
  enum Verdict: Sendable {
    case passed, failed
    /// It cannot be right here, and that is nobody's fault.
    case exempt
  }

  let name: String
  /// The key of the score that it is part of.
  let category: String
  let description: String
  let link: String
  let weight: Double
  /// Nil where it says nothing of the span at this position.
  let verdict: @Sendable (CheckedTrace, Int) -> Verdict?

  static let guide = "https://opentelemetry.io/docs/specs/semconv/general/trace/"

  static let all: [TraceCheck] = [
    TraceCheck(
      name: "Services have names", category: "coverage",
      description: "The resource of a span has service.name, so that the span can be found and drawn.",
      link: "https://opentelemetry.io/docs/specs/semconv/resource/#service", weight: 1
    ) { checked, position in
      checked.span(position).resource.serviceName?.isEmpty == false ? .passed : .failed
    },
    TraceCheck(
      name: "Parents are there", category: "coverage",
      description: "The parent that a span names is in the trace. Where it is not, somebody on the way sends no spans, "
        + "or samples differently.",
      link: "https://opentelemetry.io/docs/concepts/context-propagation/", weight: 1
    ) { checked, position in
      if checked.span(position).parentSpanID.isZero { return nil }
      return checked.trace.spans[position].isOrphan ? .failed : .passed
    },
    TraceCheck(
      name: "A trace has one root", category: "coverage",
      description: "Exactly one span of a trace has no parent. Counted once for each trace.",
      link: "https://opentelemetry.io/docs/concepts/signals/traces/", weight: 0.5
    ) { checked, position in
      position > 0 ? nil : checked.rootCount == 1 ? .passed : .failed
    },
    TraceCheck(
      name: "Callees send spans, too", category: "coverage",
      description:
        "A CLIENT span has a child in the service that it calls. Databases and caches, which rarely send spans, "
        + "are exempt.",
      link: guide, weight: 0.5
    ) { checked, position in
      guard checked.span(position).kind == .client else { return nil }
      if checked.hasChildElsewhere(position) { return .passed }
      return checked.names(position, anyOf: CheckedTrace.databaseKeys) ? .exempt : .failed
    },
    TraceCheck(
      name: "Callers name whom they call", category: "quality",
      description:
        "A CLIENT or PRODUCER span says in its attributes where it calls or sends to, or its callee is in the trace.",
      link: "https://opentelemetry.io/docs/specs/semconv/general/attributes/", weight: 1
    ) { checked, position in
      guard checked.span(position).kind.isOutgoing else { return nil }
      return checked.hasChildElsewhere(position) || checked.names(position, anyOf: CheckedTrace.peerKeys)
        ? .passed : .failed
    },
    TraceCheck(
      name: "Servers say how it ended", category: "quality",
      description: "A SERVER span has a status code of HTTP or RPC, an error type, or a status.",
      link: "https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status", weight: 1
    ) { checked, position in
      guard checked.span(position).kind == .server else { return nil }
      return checked.span(position).status.code != .unset || checked.names(position, anyOf: CheckedTrace.outcomeKeys)
        ? .passed : .failed
    },
    TraceCheck(
      name: "Clocks agree", category: "quality",
      description: "A span's times fit its parent's on another host without being moved.",
      link: "https://opentelemetry.io/docs/specs/otel/trace/api/#timestamp", weight: 0.5
    ) { checked, position in
      if checked.trace.spans[position].parent == nil { return nil }
      return checked.trace.spans[position].clockShift == nil ? .passed : .failed
    },
    TraceCheck(
      name: "Services are entered by SERVER or CONSUMER spans", category: "quality",
      description: "A span whose parent is of another service is of kind SERVER or CONSUMER.",
      link: "https://opentelemetry.io/docs/specs/otel/trace/api/#spankind", weight: 1
    ) { checked, position in
      guard let parent = checked.trace.spans[position].parent else { return nil }
      if checked.span(parent).jaegerService == checked.span(position).jaegerService { return nil }
      return checked.span(position).kind.isIncoming ? .passed : .failed
    },
    TraceCheck(
      name: "Span IDs are used once", category: "quality",
      description: "No two spans of a trace have one ID, but for both ends of a call as Zipkin's tracers have them.",
      link: "https://www.w3.org/TR/trace-context/#parent-id", weight: 0.5
    ) { checked, position in checked.isRepeated(position) ? .failed : .passed },
  ]
}

/// A trace with what several checks look at.
struct CheckedTrace: Sendable {
  let trace: Trace
  let rootCount: Int
  private let repeated: Set<Span.Identity>
  private let withChildElsewhere: Set<Int>

  init(_ trace: Trace) {
    self.trace = trace
    rootCount = trace.spans.count { $0.span.parentSpanID.isZero }
    var withChildElsewhere: Set<Int> = []
    var used: Set<Use> = []
    var repeated: Set<Span.Identity> = []
    for linked in trace.spans {
      if let parent = linked.parent, trace.spans[parent].span.jaegerService != linked.span.jaegerService {
        withChildElsewhere.insert(parent)
      }
      if !used.insert(Use(id: linked.span.spanID, isIncoming: linked.span.kind.isIncoming)).inserted {
        repeated.insert(linked.span.identity)
      }
    }
    (self.repeated, self.withChildElsewhere) = (repeated, withChildElsewhere)
  }

  private struct Use: Hashable {
    var id: SpanID
    var isIncoming: Bool
  }

  func span(_ position: Int) -> Span { trace.spans[position].span }

  func hasChildElsewhere(_ position: Int) -> Bool { withChildElsewhere.contains(position) }

  func isRepeated(_ position: Int) -> Bool { repeated.contains(span(position).identity) }

  func names(_ position: Int, anyOf keys: Set<String>) -> Bool {
    span(position).attributes.contains { keys.contains($0.key) }
  }

  static let databaseKeys: Set<String> = [SemanticAttributes.dbSystemName, SemanticAttributes.dbSystem]

  static let peerKeys: Set<String> = databaseKeys.union([
    SemanticAttributes.servicePeerName, SemanticAttributes.peerService, SemanticAttributes.serverAddress,
    SemanticAttributes.netPeerName, SemanticAttributes.networkPeerAddress, SemanticAttributes.netSockPeerAddress,
    SemanticAttributes.messagingDestinationName, SemanticAttributes.messagingDestination,
    SemanticAttributes.rpcService, SemanticAttributes.urlFull, SemanticAttributes.httpURL,
  ])

  static let outcomeKeys: Set<String> = [
    SemanticAttributes.httpResponseStatusCode, SemanticAttributes.httpStatusCode,
    SemanticAttributes.rpcResponseStatusCode, SemanticAttributes.rpcStatusCode, SemanticAttributes.rpcGRPCStatusCode,
    SemanticAttributes.errorType,
  ]
}
