import TraceModel

/// Where a node is that spans name, as far as its ID says: what tells whether two spans mean the same of which one says
/// less than the other. Texts are numbers; zero is for what is not said.
struct PeerPlace: Equatable {
  /// Of databases and caches.
  var system: UInt32 = 0
  var namespace: UInt32 = 0
  /// Of these and of externals.
  var host: UInt32 = 0
  var port: UInt32 = 0
  /// The name of a service, whether it sends spans or is only named.
  var service: UInt32 = 0

  @inline(__always) var isDatabase: Bool { system != 0 }

  /// Whether both may be one and the same place. Unless both are databases, that takes a host.
  @inline(__always) func mayBe(_ other: PeerPlace) -> Bool {
    guard Self.agree(host, other.host), Self.agree(port, other.port) else { return false }
    if isDatabase && other.isDatabase { return system == other.system && Self.agree(namespace, other.namespace) }
    return host != 0 && other.host != 0
  }

  @inline(__always) private static func agree(_ left: UInt32, _ right: UInt32) -> Bool {
    left == 0 || right == 0 || left == right
  }
}

extension NodeIdentity {
  /// - Parameter number: of a text: the same for the same text, zero for none.
  func place(_ number: (Substring) -> UInt32) -> PeerPlace {
    var place = PeerPlace()
    var rest = id.dropFirst(kind.rawValue.count + 1)
    switch kind {
    case .service: place.service = number(name[...])
    case .queue, .user: break
    case .database, .cache:
      let system = rest.prefix { $0 != "@" && $0 != ":" && $0 != "/" }
      rest = rest.dropFirst(system.count)
      place.system = number(system)
      place.namespace = number(rest.drop { $0 != "/" }.dropFirst())
      rest = rest.prefix { $0 != "/" }
      fallthrough
    case .external:
      let port = Self.port(of: rest)
      place.host = number(rest.dropLast(port.isEmpty ? 0 : port.count + 1).drop { $0 == "@" })
      place.port = number(port)
    }
    return place
  }

  /// The digits behind the last colon.
  private static func port(of address: Substring) -> Substring {
    guard let colon = address.lastIndex(of: ":") else { return "" }
    let port = address[address.index(after: colon)...]
    return port.allSatisfy { $0.isASCII && $0.isNumber } ? port : ""
  }
}
