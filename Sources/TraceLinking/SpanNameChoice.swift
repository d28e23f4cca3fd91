import TraceModel

/// Which latencies by span name are wanted.
package enum SpanNameChoice: Sendable {
  case none
  case all
  /// All span names of the services that this text names.
  case ofService(String)
  /// One span name, of all services or of the ones that `service` names.
  case named(String, service: String?)

  package var isNone: Bool {
    if case .none = self { true } else { false }
  }

  func includes(_ name: String, of service: NodeIdentity) -> Bool {
    switch self {
    case .none: false
    case .all: true
    case .ofService(let text): service.isMeant(by: text)
    case .named(let wanted, let text): name == wanted && (text.map { service.isMeant(by: $0) } ?? true)
    }
  }
}

extension NodeIdentity {
  /// Whether a person means this node by `text`: its name, `namespace/name`, or its ID.
  package func isMeant(by text: String) -> Bool {
    text == name || text == id || namespace.map { text == "\($0)/\(name)" } ?? false
  }

  /// `namespace/name`, or the name alone.
  package var path: String { namespace.map { "\($0)/\(name)" } ?? name }
}
