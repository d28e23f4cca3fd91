import TraceModel

/// Which conditions hold for the spans of one resource, as far as that is for the resource to say.
struct ResourceVerdict {
  private let holding: Set<SpanFilter.Condition>

  init(_ conditions: [SpanFilter.Condition], on resource: Resource) {
    holding = Set(conditions.filter { Self.holds($0, resource) })
  }

  func holds(_ condition: SpanFilter.Condition) -> Bool { holding.contains(condition) }

  static func holds(_ condition: SpanFilter.Condition, _ resource: Resource) -> Bool {
    switch condition {
    case .service(let name): resource.serviceName?.hasSameBytes(as: name) ?? false
    case .serviceNamespace(let name): resource.serviceNamespace?.hasSameBytes(as: name) ?? false
    case .attribute(_, let key, let value): resource.attributes[key].map(value.equals) ?? false
    case .hasAttribute(_, let key): resource.attributes[key] != nil
    case .attributeValue(_, let key, let test): resource.attributes[key].map(test.passes) ?? false
    default: false
    }
  }
}
