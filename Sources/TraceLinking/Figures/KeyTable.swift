import TraceModel

/// Numbers for the nodes and span names that figures are about. Bounded: what comes past a bound has the number of
/// `__other__`.
struct KeyTable {
  static let other: UInt16 = 0
  static let user: UInt16 = 1
  static let otherName: UInt32 = 0

  private(set) var parties: [NodeIdentity] = []
  /// What joining looks at; apart, so that looking at it touches no strings.
  private(set) var facts: SpanFacts
  private(set) var names: [String] = []
  private var partyNumbers: [NodeIdentity: UInt16] = [:]
  private var nameNumbers: [ExactString: UInt32] = [:]
  private var serviceCount = 0
  private var peerCount = 0
  private var byteCount = 0
  private let limits: LinkingLimits

  init(_ limits: LinkingLimits) {
    self.limits = limits
    facts = SpanFacts(limits)
    add(.other)
    add(.user)
    names.append(LinkingLimits.otherName)
    nameNumbers[ExactString(text: LinkingLimits.otherName)] = Self.otherName
  }

  /// Of a service that sends spans.
  mutating func number(ofService identity: NodeIdentity) -> UInt16 {
    if let known = known(identity) { return known }
    guard serviceCount < limits.servicesMax, hasRoom(for: identity) else { return Self.other }
    serviceCount += 1
    return add(identity)
  }

  /// Of a node that a span names.
  mutating func number(ofPeer identity: NodeIdentity) -> UInt16 {
    if identity.kind == .service { facts.namesServices = true }
    if let known = known(identity) { return known }
    guard peerCount < limits.peersMax, hasRoom(for: identity) else { return Self.other }
    peerCount += 1
    return add(identity)
  }

  /// Spans may label the same node differently; the label that comes first in the alphabet stands, whichever came first.
  private mutating func known(_ identity: NodeIdentity) -> UInt16? {
    guard let known = partyNumbers[identity] else { return nil }
    if identity.name < parties[Int(known)].name { parties[Int(known)].name = identity.name }
    return known
  }

  mutating func number(ofFactor factor: SamplingFactor) -> UInt8 { facts.number(of: factor) }

  mutating func note(_ links: [SpanReference], of span: LinkTable.Source) { facts.links.note(links, of: span) }

  /// Keeps a span if somebody has linked to it.
  mutating func noteTarget(_ row: SpanRow) { facts.links.noteTarget(row) }

  func number(ofKnown identity: NodeIdentity) -> UInt16? { partyNumbers[identity] }

  mutating func number(ofName name: String) -> UInt32 {
    if let known = nameNumbers[ExactString(text: name)] { return known }
    let length = name.utf8.count
    guard names.count <= limits.spanNamesMax, length <= limits.nameByteCountMax,
      byteCount + length <= limits.namesByteCountMax
    else { return Self.otherName }
    let new = UInt32(names.count)
    names.append(name)
    nameNumbers[ExactString(text: name)] = new
    byteCount += length
    return new
  }

  private func hasRoom(for identity: NodeIdentity) -> Bool {
    identity.byteCount <= limits.nameByteCountMax && byteCount + identity.byteCount <= limits.namesByteCountMax
  }

  @discardableResult
  private mutating func add(_ identity: NodeIdentity) -> UInt16 {
    let new = UInt16(parties.count)
    parties.append(identity)
    facts.append(identity, identity.kind.subject)
    partyNumbers[identity] = new
    byteCount += identity.byteCount
    return new
  }
}

extension NodeIdentity {
  /// Of the longest of its texts.
  fileprivate var byteCount: Int { max(id.utf8.count, name.utf8.count + (namespace?.utf8.count ?? 0)) }
}

extension ServiceMap.NodeKind {
  fileprivate var subject: FigureKey.Subject {
    switch self {
    case .service: .named
    case .database, .cache: .database
    case .queue: .message
    case .external: .external
    case .user: .user
    }
  }
}
