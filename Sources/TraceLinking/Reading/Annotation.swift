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
  mutating func annotateMore(_ sampling: [ValuePlan.SamplingAttribute?]) {
    for row in 0..<count {
      do throws(CodingError) {
        guard let found = try annotation(row, sampling[Int(shapeIndices[row])]) else { continue }
        let number = intern(peer: found.bytes)
        peerIndices[row] = number
      } catch {
        continue  // whatever it is, it is neither a factor nor a link
      }
    }
  }

  /// Nil if there is nothing to be added to what the row says.
  private func annotation(
    _ row: Int, _ sampling: ValuePlan.SamplingAttribute?
  ) throws(CodingError) -> Annotation? {
    var factor: SamplingFactor?
    var more = SpanTail()
    if !isKnownPlain {
      more = try tail(at: row, linksMax: LinkingLimits.linksPerSpanMax)
      factor = SamplingFactor(traceState: more.traceState)
    }
    if factor == nil, let sampling {
      factor = SamplingFactor(key: sampling.key, try attributeValue(at: sampling.position, ofRow: row))
    }
    let kind = kinds[row]
    if kind != .consumer && kind != .client { more.links = [] }
    if more.links.isEmpty && (factor ?? .one) == .one { return nil }
    let index = Int(peerIndices[row])
    var annotation = index == 0 ? Annotation() : try Annotation(bytes: peers[index - 1])
    annotation.factor = factor ?? .one
    if kind == .consumer || annotation.peer?.identity.kind == .queue {
      annotation.links = more.links.distinct(but: SpanReference(traceID: traceIDs[row], spanID: spanIDs[row]))
    }
    return annotation
  }
}

extension [SpanReference] {
  /// Each once, and none that is no span, or the one that they are of.
  fileprivate func distinct(but own: SpanReference) -> [SpanReference] {
    var known: Set<SpanReference> = [own]
    return filter { !$0.spanID.isZero && known.insert($0).inserted }
  }
}
