import TraceModel

/// What the keys of one table are in another. Each party and name is looked up once: there are far more keys than nodes.
struct KeyTranslation {
  let parties: [NodeIdentity]
  private let names: [String]
  /// By the party's number there: its number here as a service that sends spans and as a node that a span names, as far as
  /// somebody has asked.
  private var senders: [UInt16?]
  private var peers: [UInt16?]
  private var nameNumbers: [UInt32?]

  /// - Parameters:
  ///   - parties: of the other table, by their numbers.
  ///   - names: of the other table, by their numbers.
  init(parties: [NodeIdentity], names: [String]) {
    (self.parties, self.names) = (parties, names)
    senders = Array(repeating: nil, count: parties.count)
    peers = senders
    nameNumbers = Array(repeating: nil, count: names.count)
  }

  /// - Parameters:
  ///   - key: of the other table.
  ///   - keys: always the same table.
  mutating func key(_ key: FigureKey, _ keys: inout KeyTable) -> FigureKey {
    if key.isCoverage { return key }
    let target = key.subject.hasTarget ? party(key.target, sends: key.subject != .named, &keys) : 0
    return key.with(
      source: party(key.source, sends: true, &keys), target: target, name: key.isSpanName ? name(key.name, &keys) : 0)
  }

  private mutating func party(_ number: UInt16, sends: Bool, _ keys: inout KeyTable) -> UInt16 {
    let place = Int(number)
    if let known = sends ? senders[place] : peers[place] { return known }
    let identity = parties[place]
    if sends && identity.kind == .service {
      let new = keys.number(ofService: identity)
      senders[place] = new
      return new
    }
    let new = keys.number(ofPeer: identity)
    if sends { senders[place] = new } else { peers[place] = new }
    return new
  }

  private mutating func name(_ number: UInt32, _ keys: inout KeyTable) -> UInt32 {
    if let known = nameNumbers[Int(number)] { return known }
    let new = keys.number(ofName: names[Int(number)])
    nameNumbers[Int(number)] = new
    return new
  }
}
