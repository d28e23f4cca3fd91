import TraceModel

// A node as bytes: the number of its kind, of a service its name, of another node its ID and its name; then 0, or 1 and
// its namespace.

extension NodeIdentity {
  func encode(into writer: inout ByteWriter) {
    writer.fixed(kind.number)
    if kind != .service { writer.string(id) }
    writer.string(name)
    writer.fixed(UInt8(namespace == nil ? 0 : 1))
    if let namespace { writer.string(namespace) }
  }

  init(from reader: inout ByteReader) throws(CodingError) {
    guard let kind = ServiceMap.NodeKind(number: try reader.byte()) else { throw .malformed("node: kind") }
    let id = kind == .service ? "" : try reader.string()
    let name = try reader.string()
    let namespace = try reader.byte() == 1 ? try reader.string() : nil
    if kind == .service {
      self = .service(name: name, namespace: namespace)
    } else {
      self.init(kind: kind, id: id, name: name, namespace: namespace)
    }
  }
}

extension ServiceMap.NodeKind {
  var number: UInt8 {
    switch self {
    case .service: 0
    case .database: 1
    case .queue: 2
    case .external: 3
    case .user: 4
    case .cache: 5
    }
  }

  init?(number: UInt8) {
    guard let kind = Self.allCases.first(where: { $0.number == number }) else { return nil }
    self = kind
  }
}
