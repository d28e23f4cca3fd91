import TraceModel

/// Whom a span says it talked to, and which way the talk went.
struct Peer: Hashable {
  var identity: NodeIdentity
  var direction: Direction

  enum Direction: UInt8, Hashable {
    /// The span calls, or sends to, the peer.
    case outgoing
    /// The span takes messages from the peer.
    case incoming
    /// The span tells the broker that it is done with a message: no call of its own.
    case settling
  }
}

extension Peer {
  /// What `init(kind:attributes:)` looks at.
  static let attributeKeys =
    [
      SemanticAttributes.messagingSystem,
      SemanticAttributes.messagingDestinationTemporary,
      SemanticAttributes.messagingDestination,
      SemanticAttributes.messagingDestinationAnonymous,
      SemanticAttributes.messagingDestinationName,
      SemanticAttributes.messagingDestinationTemplate,
      SemanticAttributes.messagingOperationType,
      SemanticAttributes.messagingOperation,
      SemanticAttributes.dbSystem,
      SemanticAttributes.dbSystemName,
      SemanticAttributes.dbName,
      SemanticAttributes.dbNamespace,
      SemanticAttributes.servicePeerName,
      SemanticAttributes.peerService,
      SemanticAttributes.servicePeerNamespace,
      SemanticAttributes.rpcSystem,
      SemanticAttributes.rpcSystemName,
      SemanticAttributes.rpcService,
      SemanticAttributes.rpcMethod,
    ] + hostKeys + portKeys

  /// Of which it takes the first that says something, in this order.
  static let hostKeys = serverKeys + networkKeys
  /// What the caller called its peer by.
  fileprivate static let serverKeys = [SemanticAttributes.serverAddress, SemanticAttributes.netPeerName]
  /// What the connection led to.
  fileprivate static let networkKeys = [SemanticAttributes.networkPeerAddress, SemanticAttributes.netSockPeerAddress]
  static let portKeys = [
    SemanticAttributes.serverPort, SemanticAttributes.netPeerPort, SemanticAttributes.networkPeerPort,
    SemanticAttributes.netSockPeerPort,
  ]

  /// Where there is none of these, the host in a URL is the peer (`URLHost`).
  static let urlKeys = [SemanticAttributes.urlFull, SemanticAttributes.httpURL]

  /// Reads the attributes in FIELD's order, with two departures. A messaging destination comes first, because a
  /// message's two ends meet in the destination's node, whatever else they name. And a database keeps its identity
  /// (system, host, port, namespace) where a peer name is given too, which then is its label.
  init?(kind: SpanKind, attributes: [Attribute]) {
    let attributes = PeerAttributes(attributes)
    if let queue = attributes.queue {
      self.init(identity: queue, direction: attributes.messagingDirection(kind))
    } else if let callee = attributes.database ?? attributes.namedService ?? attributes.host {
      self.init(identity: callee, direction: .outgoing)
    } else {
      return nil
    }
  }
}

/// The attributes of one span under the names of today and of yesterday.
private struct PeerAttributes {
  private let attributes: [Attribute]

  init(_ attributes: [Attribute]) {
    self.attributes = attributes
  }

  private func text(_ keys: String...) -> String? { text(keys) }

  private func text(_ keys: [String]) -> String? {
    for key in keys {
      switch attributes[key] {
      case .string(let value) where !value.isEmpty: return value
      case .int(let value): return String(value)
      default: continue
      }
    }
    return nil
  }

  private func isTrue(_ key: String) -> Bool {
    if case .bool(true) = attributes[key] { true } else { false }
  }

  // MARK: Messages

  var queue: NodeIdentity? {
    guard let system = text(SemanticAttributes.messagingSystem) else { return nil }
    let isNameless =
      isTrue(SemanticAttributes.messagingDestinationTemporary)
      || isTrue(SemanticAttributes.messagingDestinationAnonymous)
    let name =
      isNameless
      ? nil : text(SemanticAttributes.messagingDestinationName, SemanticAttributes.messagingDestination)
    let destination =
      text(SemanticAttributes.messagingDestinationTemplate) ?? name ?? address(Peer.hostKeys, defaultPorts: [])
    return destination.map { .queue(system: system, destination: $0) }
  }

  /// Receiving and settling spans are of kind CLIENT; only the operation tells them from sending ones.
  func messagingDirection(_ kind: SpanKind) -> Peer.Direction {
    if kind == .consumer { return .incoming }
    if kind == .producer { return .outgoing }
    switch text(SemanticAttributes.messagingOperationType, SemanticAttributes.messagingOperation) {
    case "receive", "process", "deliver": return .incoming
    case "settle": return .settling
    default: return .outgoing
    }
  }

  // MARK: Databases

  var database: NodeIdentity? {
    guard let system = text(SemanticAttributes.dbSystemName, SemanticAttributes.dbSystem) else { return nil }
    return .database(
      system: system, host: hostName, port: port,
      namespace: text(SemanticAttributes.dbNamespace, SemanticAttributes.dbName), label: peerName)
  }

  // MARK: Services and hosts

  private var peerName: String? { text(SemanticAttributes.servicePeerName, SemanticAttributes.peerService) }

  var namedService: NodeIdentity? {
    guard let name = peerName else { return nil }
    return .service(name: name, namespace: text(SemanticAttributes.servicePeerNamespace))
  }

  /// An RPC service is better known by its name than by an address that changes with every replica.
  var host: NodeIdentity? {
    (address(Peer.serverKeys) ?? rpcService ?? address(Peer.networkKeys)).map { .external($0) }
  }

  private var hostName: String? { text(Peer.hostKeys).map { URLHost.name($0) } }

  private var port: String? { text(Peer.portKeys) }

  private func address(_ keys: [String], defaultPorts: [String] = ["80", "443"]) -> String? {
    guard let host = text(keys).map({ URLHost.name($0) }) else { return nil }
    return port.map { defaultPorts.contains($0) ? host : "\(host):\($0)" } ?? host
  }

  /// `package.Service` of `rpc.service`, or of a fully qualified `rpc.method` such as `package.Service/Method`.
  private var rpcService: String? {
    guard text(SemanticAttributes.rpcSystemName, SemanticAttributes.rpcSystem) != nil else { return nil }
    if let service = text(SemanticAttributes.rpcService) { return service }
    guard let method = text(SemanticAttributes.rpcMethod), let slash = method.lastIndex(of: "/") else { return nil }
    return slash == method.startIndex ? nil : String(method[..<slash])
  }
}
