/// What databases and caches are called on a map. Which of them is which, their IDs tell, whatever they are called.
package enum DatabaseLabel: String, Hashable, Sendable, CaseIterable {
  /// A peer name if a span gave one, else the system and the namespace or host.
  case name
  /// `db:5432`
  case host
  /// `shop`
  case namespace
  /// `postgresql`
  case system
  /// All of it: `postgresql@db:5432/shop`
  case full

  /// Nil where the node has no such part.
  /// - Parameter id: `KIND:SYSTEM@HOST:PORT/NAMESPACE`, parts of it left out.
  func text(fromID id: String) -> String? {
    guard let colon = id.firstIndex(of: ":") else { return nil }
    let whole = id[id.index(after: colon)...]
    let place = whole.firstIndex { $0 == "@" || $0 == "/" } ?? whole.endIndex
    let slash = whole[place...].firstIndex(of: "/") ?? whole.endIndex
    let part: Substring =
      switch self {
      case .name: ""
      case .system: whole[..<place]
      case .host: whole[place..<slash].dropFirst()
      case .namespace: whole[slash...].dropFirst()
      case .full: whole
      }
    return part.isEmpty ? nil : String(part)
  }
}

extension ServiceMap {
  /// The same map with other names for its databases and caches; those without such a part keep theirs.
  package func labellingDatabases(by label: DatabaseLabel) -> ServiceMap {
    var map = self
    for place in map.nodes.indices where map.nodes[place].kind == .database || map.nodes[place].kind == .cache {
      if let text = label.text(fromID: map.nodes[place].id) { map.nodes[place].name = text }
    }
    return map
  }
}
