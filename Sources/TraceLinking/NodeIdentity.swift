import TraceModel

/// Who somebody on the map is. Two spans mean the same node exactly when the IDs are equal.
package struct NodeIdentity: Hashable, Sendable {
  package var kind: ServiceMap.NodeKind
  package var id: String
  package var name: String
  package var namespace: String?

  package static func == (left: NodeIdentity, right: NodeIdentity) -> Bool { left.id == right.id }

  package func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// `service:NAMESPACE/NAME`, or `service:NAME` without a namespace.
  package static func service(name: String, namespace: String?) -> NodeIdentity {
    let namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
    let path = namespace.map { "\($0)/\(name)" } ?? name
    return NodeIdentity(kind: .service, id: "service:\(path)", name: name, namespace: namespace)
  }

  /// The service that a resource names; OpenTelemetry's `unknown_service` if it names none.
  package static func service(of resource: Resource) -> NodeIdentity {
    let name = resource.serviceName.flatMap { $0.isEmpty ? nil : $0 }
    return service(name: name ?? "unknown_service", namespace: resource.serviceNamespace)
  }

  /// `database:SYSTEM@HOST:PORT/NAMESPACE`, absent parts left out; of a cache `cache:` and the same.
  package static func database(
    system: String, host: String?, port: String?, namespace: String?, label: String?
  ) -> NodeIdentity {
    let place = (host.map { "@\($0)" } ?? "") + (port.map { ":\($0)" } ?? "") + (namespace.map { "/\($0)" } ?? "")
    let name = label ?? ([system] + [namespace ?? host].compactMap { $0 }).joined(separator: " ")
    let kind = cacheSystems.contains(system.lowercased()) ? ServiceMap.NodeKind.cache : .database
    return NodeIdentity(kind: kind, id: "\(kind.rawValue):\(system)\(place)", name: name)
  }

  /// Of `db.system.name` and `db.system`, those whose data is mostly kept elsewhere, too.
  private static let cacheSystems: Set<String> = [
    "redis", "valkey", "keydb", "dragonfly", "memcached", "hazelcast", "infinispan", "geode", "coherence",
  ]

  /// `queue:SYSTEM/DESTINATION`, for queues and topics alike.
  package static func queue(system: String, destination: String) -> NodeIdentity {
    NodeIdentity(kind: .queue, id: "queue:\(system)/\(destination)", name: destination)
  }

  /// `external:NAME`.
  package static func external(_ name: String) -> NodeIdentity {
    NodeIdentity(kind: .external, id: "external:\(name)", name: name)
  }

  /// Whoever sends requests without a trace.
  package static let user = NodeIdentity(kind: .user, id: "user", name: "user")

  /// What stands for all nodes past `LinkingLimits.nodesMax`.
  package static let other = NodeIdentity(
    kind: .external, id: "external:\(LinkingLimits.otherName)", name: LinkingLimits.otherName)
}
