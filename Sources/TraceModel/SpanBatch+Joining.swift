extension SpanBatch {
  /// Takes in what the rows of another batch refer to, without the rows: so that many batches can share tables while
  /// each row stays where it is.
  /// - Parameter places: gets the positions here of the other's resources, scopes, names, shapes and peers, in this
  ///   order, one number an entry.
  package mutating func adoptTables(of other: SpanBatch, _ places: inout [UInt32]) {
    if hasNoTables {
      (resources, scopes, names, shapes, peers) = (
        other.resources, other.scopes, other.names, other.shapes, other.peers
      )
      // The indices learn the entries when somebody asks.
      (known.resourceMarks, known.scopeMarks) = (other.known.resourceMarks, other.known.scopeMarks)
      known.byteCount = other.known.byteCount
      for count in [resources.count, scopes.count, names.count, shapes.count, peers.count] {
        places.append(contentsOf: 0..<UInt32(count))
      }
      return
    }
    for (position, resource) in other.resources.enumerated() {
      let marks = other.known.resourceMarks
      places.append(intern(resource, position < marks.count ? marks[position] : nil))
    }
    for (position, scope) in other.scopes.enumerated() {
      let marks = other.known.scopeMarks
      places.append(intern(scope, position < marks.count ? marks[position] : nil))
    }
    for name in other.names { places.append(intern(name)) }
    for shape in other.shapes { places.append(intern(shape)) }
    for peer in other.peers { places.append(intern(peer: peer) - 1) }
  }

  private var hasNoTables: Bool {
    resources.isEmpty && scopes.isEmpty && names.isEmpty && shapes.isEmpty && peers.isEmpty
  }
}
