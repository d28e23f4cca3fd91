import TraceModel

// Which tokens (`HashKey.token`) a block has in its digest, and which of them a condition asks for. Only the low half of a
// token is kept.
extension HashKey {
  /// Inserts what a digest has of a block's spans besides their attributes.
  /// - Parameter tables: a batch that has at least theirs.
  func insertTokens(of tables: SpanBatch, into tokens: inout TokenSet) {
    for name in tables.names { if let token = token(ofText: name) { tokens.insert(token) } }
    for resource in tables.resources {
      for attribute in resource.attributes {
        tokens.insert(token(ofKey: attribute.key))
        if case .array(let elements) = attribute.value {
          for element in elements { if let token = token(of: element) { tokens.insert(token) } }
        }
        if let token = token(of: attribute.value) { tokens.insert(token) }
      }
    }
  }

  private func token(of value: AttributeValue) -> UInt64? {
    switch value {
    case .string(let text): token(ofText: text)
    case .int(let number): token(ofInt: number)
    case .double(let number): Int64(exactly: number).map { token(ofInt: $0) }
    default: nil
    }
  }

  /// A block without all of these has no span for which the condition holds.
  func tokens(of condition: SpanFilter.Condition) -> [UInt32] {
    let tokens: [UInt64?] =
      switch condition {
      case .service(let name):
        [token(ofKey: SemanticAttributes.serviceName), token(ofText: name)]
      case .serviceNamespace(let name):
        [token(ofKey: SemanticAttributes.serviceNamespace), token(ofText: name)]
      case .spanName(let name): [token(ofText: name)]
      case .attribute(_, let key, let value): [token(ofKey: key), token(of: value)]
      case .hasAttribute(_, let key), .attributeValue(_, let key, _): [token(ofKey: key)]
      default: []
      }
    return tokens.compactMap { $0.map { UInt32(truncatingIfNeeded: $0) } }
  }

  private func token(of value: SpanFilter.Value) -> UInt64? {
    switch value {
    case .string(let text): token(ofText: text)
    case .int(let number): token(ofInt: number)
    case .double(let number): Int64(exactly: number).map { token(ofInt: $0) }
    case .bool: nil
    }
  }
}
