extension NodeIdentity {
  /// `group:ATTRIBUTE=VALUE`, for all services of one value of a resource attribute; `group:ATTRIBUTE` for those that have
  /// none.
  package static func group(attribute: String, value: String?) -> NodeIdentity {
    guard let value else {
      return NodeIdentity(kind: .service, id: "group:\(attribute)", name: "no \(attribute)")
    }
    return NodeIdentity(kind: .service, id: "group:\(attribute)=\(value)", name: value)
  }
}
