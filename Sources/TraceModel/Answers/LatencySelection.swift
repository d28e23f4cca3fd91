/// Which latencies are asked for: of whom, of which spans, and what is told apart.
package struct LatencySelection: Hashable, Sendable {
  package enum Subject: Hashable, Sendable {
    /// Every service: the requests that it served, or with a kind, its spans of that kind.
    case services
    /// A service's spans by name, those of one span name, or both.
    case spanNames(service: String?, name: String?)
    /// The calls from one node to another, as the caller saw them.
    case edge(caller: String, callee: String)
  }

  package var subject: Subject
  /// Only spans of this kind. An edge has none.
  package var kind: SpanKind?
  /// Only what ended so.
  package var outcome: Outcome?
  /// Whether kinds, or outcomes, are told apart: a series for each.
  package var isByKind = false
  package var isByOutcome = false

  package init(_ subject: Subject, kind: SpanKind? = nil, outcome: Outcome? = nil) {
    self.subject = subject
    self.kind = kind
    self.outcome = outcome
  }

  package static let services = LatencySelection(.services)

  package static func spanNames(service: String?, name: String?) -> LatencySelection {
    LatencySelection(.spanNames(service: service, name: name))
  }

  package static func edge(caller: String, callee: String) -> LatencySelection {
    LatencySelection(.edge(caller: caller, callee: callee))
  }

  /// Whether it is about spans as such, whoever called: those of a name or a kind.
  package var isOfSpans: Bool {
    switch subject {
    case .services: kind != nil || isByKind
    case .spanNames: true
    case .edge: false
    }
  }

  /// Whether it asks for outcomes.
  package var hasOutcome: Bool { outcome != nil || isByOutcome }
}
