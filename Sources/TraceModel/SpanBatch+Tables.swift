extension SpanBatch {
  /// Finds entries of a batch's tables again. Compares bytes, not looks.
  struct KnownEntries: Sendable {
    fileprivate var resources: [Resource: UInt32] = [:]
    fileprivate var scopes: [InstrumentationScope: UInt32] = [:]
    fileprivate var names: [ExactString: UInt32] = [:]
    fileprivate var shapes: [[UInt8]: UInt32] = [:]
    fileprivate var peers: [[UInt8]: UInt32] = [:]
    /// The shape of the last span of each name: the likeliest of the next one.
    fileprivate var shapeOfName: [UInt32] = []
    /// What the entries take as bytes, kept so that `byteCount` is cheap.
    fileprivate(set) var resourceByteCounts: [Int] = []
    fileprivate(set) var scopeByteCounts: [Int] = []
    fileprivate(set) var byteCount = 0

    /// What an entry of so many bytes takes with its length in front.
    static func entryByteCount(_ count: Int) -> Int { count + 5 }

    /// To be called when the peers go.
    mutating func forgetPeers() { peers = [:] }
  }

  mutating func intern(_ resource: Resource) -> UInt32 {
    // Neighbouring spans share their resource; comparing shared storage costs nothing, hashing it does.
    if let last = resourceIndices.last, resources[Int(last)] == resource { return last }
    if let position = known.resources[resource] { return position }
    let new = UInt32(resources.count)
    resources.append(resource)
    known.resources[resource] = new
    var writer = ByteWriter()
    resource.encode(into: &writer)
    known.resourceByteCounts.append(KnownEntries.entryByteCount(writer.bytes.count))
    known.byteCount += KnownEntries.entryByteCount(writer.bytes.count)
    return new
  }

  mutating func intern(_ scope: InstrumentationScope) -> UInt32 {
    if let last = scopeIndices.last, scopes[Int(last)] == scope { return last }
    if let position = known.scopes[scope] { return position }
    let new = UInt32(scopes.count)
    scopes.append(scope)
    known.scopes[scope] = new
    var writer = ByteWriter()
    scope.encode(into: &writer)
    known.scopeByteCounts.append(KnownEntries.entryByteCount(writer.bytes.count))
    known.byteCount += KnownEntries.entryByteCount(writer.bytes.count)
    return new
  }

  mutating func intern(_ name: String) -> UInt32 {
    if let position = known.names[ExactString(text: name)] { return position }
    let new = UInt32(names.count)
    names.append(name)
    known.names[ExactString(text: name)] = new
    known.byteCount += KnownEntries.entryByteCount(name.utf8.count)
    return new
  }

  /// The shape of a span's attributes, first looked for where it was the last time.
  mutating func internShape(of attributes: [Attribute], name: UInt32) -> UInt32 {
    while known.shapeOfName.count <= Int(name) { known.shapeOfName.append(0) }
    let likely = known.shapeOfName[Int(name)]
    if Int(likely) < shapes.count, shapes[Int(likely)].fits(attributes) { return likely }
    let shape = known.shapes[AttributeShape.bytes(of: attributes)] ?? add(AttributeShape(of: attributes))
    known.shapeOfName[Int(name)] = shape
    return shape
  }

  mutating func intern(_ shape: AttributeShape) -> UInt32 {
    known.shapes[shape.bytes] ?? add(shape)
  }

  private mutating func add(_ shape: AttributeShape) -> UInt32 {
    let new = UInt32(shapes.count)
    shapes.append(shape)
    known.shapes[shape.bytes] = new
    known.byteCount += KnownEntries.entryByteCount(shape.bytes.count)
    return new
  }

  /// The value for `peerIndices` that stands for a peer.
  package mutating func intern(peer: [UInt8]) -> UInt32 {
    if let position = known.peers[peer] { return position }
    peers.append(peer)
    let new = UInt32(peers.count)
    known.peers[peer] = new
    known.byteCount += KnownEntries.entryByteCount(peer.count)
    return new
  }
}
