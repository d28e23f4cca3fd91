import TraceModel

/// Fills in what linking needs of the attributes: how each span ended, and whom it says it talked to.
struct Annotator {
  private let selection: AttributeSelection
  private var values: [AttributeValue?] = []

  private init(_ batch: SpanBatch) {
    selection = AttributeSelection(Self.keys, in: batch)
  }

  static func annotate(_ batch: inout SpanBatch) throws(CodingError) {
    guard !batch.isAnnotated || batch.isEmpty else { return }
    var annotator = Annotator(batch)
    var outcomes: [Outcome] = []
    var peerIndices: [UInt32] = []
    outcomes.reserveCapacity(batch.count)
    peerIndices.reserveCapacity(batch.count)
    for row in 0..<batch.count {
      let kind = batch.kinds[row]
      let attributes = try annotator.attributes(row, of: batch)
      outcomes.append(Outcome(status: batch.statusCodes[row], attributes: attributes))
      let peer = kind.isOutgoing || kind == .consumer ? Peer(kind: kind, attributes: attributes) : nil
      peerIndices.append(peer.map { batch.intern(peer: $0.bytes) } ?? 0)
    }
    batch.outcomes = outcomes
    batch.peerIndices = peerIndices
  }

  /// Those attributes that mean something here. A span that is no end of a call and did not fail means nothing by them.
  private mutating func attributes(_ row: Int, of batch: SpanBatch) throws(CodingError) -> [Attribute] {
    let kind = batch.kinds[row]
    guard kind.isOutgoing || kind.isIncoming || batch.statusCodes[row] == .error else { return [] }
    guard selection.isAny(in: row, of: batch) else { return [] }
    try selection.read(row, of: batch, into: &values)
    var attributes: [Attribute] = []
    for (number, value) in values.enumerated() {
      if let value { attributes.append(Attribute(Self.keys[number], value)) }
    }
    return attributes
  }

  private static let keys = Outcome.attributeKeys + Peer.attributeKeys
}
