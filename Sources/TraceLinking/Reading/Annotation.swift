import TraceModel

/// What a span's attributes, links and trace state come to: as bytes, what `SpanBatch.peers` holds.
///
///     flags (1 byte): 3 the direction | 4 no peer | 8 a sampling factor | 16 links
///     the peer's node (`NodeIdentity+Bytes`) | the factor's parts (varint) | number of links, each 24 bytes
struct Annotation: Hashable {
  var peer: Peer?
  var factor = SamplingFactor.one
  /// Each once.
  var links: [SpanReference] = []

  private enum Flags {
    static let direction: UInt8 = 3
    static let noPeer: UInt8 = 4
    static let factor: UInt8 = 8
    static let links: UInt8 = 16
  }
}

extension Annotation {
  var bytes: [UInt8] {
    var writer = ByteWriter()
    var flags = peer?.direction.rawValue ?? Flags.noPeer
    if factor != .one { flags |= Flags.factor }
    if !links.isEmpty { flags |= Flags.links }
    writer.fixed(flags)
    peer?.identity.encode(into: &writer)
    if factor != .one { writer.varint(factor.parts) }
    if !links.isEmpty {
      writer.varint(links.count)
      for link in links {
        writer.fixed(link.traceID.high)
        writer.fixed(link.traceID.low)
        writer.fixed(link.spanID.rawValue)
      }
    }
    return writer.bytes
  }

  init(bytes: [UInt8]) throws(CodingError) {
    var reader = ByteReader(bytes)
    let flags = try reader.byte()
    guard flags < 32 else { throw .malformed("annotation: flags") }
    if flags & Flags.noPeer == 0 {
      guard let direction = Peer.Direction(rawValue: flags & Flags.direction) else {
        throw .malformed("annotation: direction")
      }
      peer = Peer(identity: try NodeIdentity(from: &reader), direction: direction)
    }
    if flags & Flags.factor != 0 { factor = SamplingFactor(parts: try reader.varint()) }
    guard flags & Flags.links != 0 else { return }
    for _ in 0..<min(LinkingLimits.linksPerSpanMax, try reader.elementCount()) {
      let traceID = TraceID(high: try reader.fixed(), low: try reader.fixed())
      links.append(SpanReference(traceID: traceID, spanID: SpanID(rawValue: try reader.fixed())))
    }
  }
}

extension SpanBatch {
  /// Adds to what rows say what their trace state and links say. Hardly any span has one, and no two the same.
  /// - Parameter sampling: the attributes that tell a sampling factor, by shape.
  mutating func annotateMore(_ sampling: [ValuePlan.SamplingAttribute?]) throws(CodingError) {
    let (reader, isPlain, kinds, shapeIndices) = (try DetailsReader(self), isKnownPlain, kinds, shapeIndices)
    for row in 0..<count {
      do throws(CodingError) {
        let tail = isPlain ? nil : try reader.tail(at: row, linksMax: LinkingLimits.linksPerSpanMax)
        var factor = tail.flatMap { SamplingFactor(traceState: $0.traceState) }
        if factor == nil, let attribute = sampling[Int(shapeIndices[row])] {
          factor = SamplingFactor(key: attribute.key, try reader.value(at: attribute.position, ofRow: row))
        }
        let mayLink = kinds[row] == .consumer || kinds[row] == .client
        let links = mayLink ? tail?.links ?? [] : []
        if !links.isEmpty || (factor ?? .one) != .one { try annotate(row, factor ?? .one, links) }
      } catch {
        continue  // whatever it is, it is neither a factor nor a link
      }
    }
  }

  private mutating func annotate(_ row: Int, _ factor: SamplingFactor, _ links: [SpanReference]) throws(CodingError) {
    let index = Int(peerIndices[row])
    var annotation = index == 0 ? Annotation() : try Annotation(bytes: peers[index - 1])
    annotation.factor = factor
    if kinds[row] == .consumer || annotation.peer?.identity.kind == .queue {
      annotation.links = links.distinct(but: SpanReference(traceID: traceIDs[row], spanID: spanIDs[row]))
    }
    peerIndices[row] = intern(peer: annotation.bytes)
  }
}

extension [SpanReference] {
  /// Each once, and none that is no span, or the one that they are of.
  fileprivate func distinct(but own: SpanReference) -> [SpanReference] {
    var known: Set<SpanReference> = [own]
    return filter { !$0.spanID.isZero && known.insert($0).inserted }
  }
}
