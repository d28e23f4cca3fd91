extension SpanBatch {
  /// Finds entries of a batch's tables again. Compares bytes, not looks.
  ///
  /// Each index knows the first entries of its table, up to some position, and learns the others when it is asked: most
  /// batches are never appended to.
  struct KnownEntries: Sendable {
    fileprivate var resources = EntryIndex()
    fileprivate var scopes = EntryIndex()
    fileprivate var names = EntryIndex()
    fileprivate var shapes = EntryIndex()
    fileprivate var peers = EntryIndex()
    /// The shape of the last span of each name: the likeliest of the next one.
    fileprivate var shapeOfName: [UInt32] = []
    var resourceMarks: [EntryMark] = []
    var scopeMarks: [EntryMark] = []
    /// What the entries take as bytes, kept so that `byteCount` is cheap.
    var byteCount = 0

    init() {}

    init(_ resourceMarks: [EntryMark], _ scopeMarks: [EntryMark], byteCount: Int) {
      (self.resourceMarks, self.scopeMarks, self.byteCount) = (resourceMarks, scopeMarks, byteCount)
    }

    /// To be called when the peers go.
    mutating func forgetPeers() { peers = EntryIndex() }

    /// To be called when the scopes and shapes go.
    mutating func forgetDetails() { (scopes, shapes, scopeMarks, shapeOfName) = (EntryIndex(), EntryIndex(), [], []) }
  }

  mutating func intern(_ resource: Resource, _ mark: EntryMark? = nil) -> UInt32 {
    // Neighbouring spans share their resource; comparing shared storage costs nothing, hashing it does.
    if let last = resourceIndices.last, resources[Int(last)] == resource { return last }
    while known.resourceMarks.count < resources.count {
      known.resourceMarks.append(EntryMark(of: resources[known.resourceMarks.count]))
    }
    while known.resources.count < resources.count {
      known.resources.append(known.resourceMarks[known.resources.count].hash)
    }
    let mark = mark ?? EntryMark(of: resource)
    if let position = known.resources.position(mark.hash, where: { resources[$0] == resource }) { return position }
    resources.append(resource)
    known.resourceMarks.append(mark)
    known.resources.append(mark.hash)
    known.byteCount += mark.byteCount
    return UInt32(resources.count - 1)
  }

  mutating func intern(_ scope: InstrumentationScope, _ mark: EntryMark? = nil) -> UInt32 {
    if let last = scopeIndices.last, scopes[Int(last)] == scope { return last }
    while known.scopeMarks.count < scopes.count {
      known.scopeMarks.append(EntryMark(of: scopes[known.scopeMarks.count]))
    }
    while known.scopes.count < scopes.count { known.scopes.append(known.scopeMarks[known.scopes.count].hash) }
    let mark = mark ?? EntryMark(of: scope)
    if let position = known.scopes.position(mark.hash, where: { scopes[$0] == scope }) { return position }
    scopes.append(scope)
    known.scopeMarks.append(mark)
    known.scopes.append(mark.hash)
    known.byteCount += mark.byteCount
    return UInt32(scopes.count - 1)
  }

  mutating func intern(_ name: String) -> UInt32 {
    while known.names.count < names.count { known.names.append(EntryHash.of(names[known.names.count])) }
    let hash = EntryHash.of(name)
    if let position = known.names.position(hash, where: { names[$0].hasSameBytes(as: name) }) { return position }
    names.append(name)
    known.names.append(hash)
    known.byteCount += EntryMark.byteCount(name.utf8.count)
    return UInt32(names.count - 1)
  }

  /// The shape of a span's attributes, first looked for where it was the last time.
  mutating func internShape(of attributes: [Attribute], name: UInt32) -> UInt32 {
    while known.shapeOfName.count <= Int(name) { known.shapeOfName.append(0) }
    let likely = known.shapeOfName[Int(name)]
    if Int(likely) < shapes.count, shapes[Int(likely)].fits(attributes) { return likely }
    let shape = intern(AttributeShape(of: attributes))
    known.shapeOfName[Int(name)] = shape
    return shape
  }

  mutating func intern(_ shape: AttributeShape) -> UInt32 {
    while known.shapes.count < shapes.count { known.shapes.append(shapes[known.shapes.count].hash) }
    if let position = known.shapes.position(shape.hash, where: { shapes[$0].bytes == shape.bytes }) { return position }
    shapes.append(shape)
    known.shapes.append(shape.hash)
    known.byteCount += EntryMark.byteCount(shape.bytes.count)
    return UInt32(shapes.count - 1)
  }

  /// Adds a peer that the batch does not have yet.
  /// - Returns: the value for `peerIndices` that stands for it.
  package mutating func add(peer: [UInt8]) -> UInt32 {
    peers.append(peer)
    known.byteCount += EntryMark.byteCount(peer.count)
    return UInt32(peers.count)
  }

  /// The value for `peerIndices` that stands for a peer.
  package mutating func intern(peer: [UInt8]) -> UInt32 {
    while known.peers.count < peers.count { known.peers.append(EntryHash.of(peers[known.peers.count])) }
    let hash = EntryHash.of(peer)
    if let position = known.peers.position(hash, where: { peers[$0] == peer }) { return position + 1 }
    peers.append(peer)
    known.peers.append(hash)
    known.byteCount += EntryMark.byteCount(peer.count)
    return UInt32(peers.count)
  }
}
