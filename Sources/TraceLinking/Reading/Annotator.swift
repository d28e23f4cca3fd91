import TraceModel

/// Fills in what linking needs of the attributes: how each span ended, and whom it says it talked to.
///
/// Most spans of a batch say what some span before them said. So what the same bytes of the same shape come to is found
/// out once; only URLs, which are hardly ever the same, are left out of that and looked at where nothing else tells.
struct Annotator {
  /// What makes two spans of a batch say the same.
  private enum Choice: UInt8 {
    /// Answers for its own outcome alone.
    case outcome
    /// Also names a peer.
    case peer
  }

  private struct Said {
    var outcome: Outcome
    var peer: UInt32
    var isUpToURL: Bool
  }

  private let outcomes: AttributeSelection
  private let peers: AttributeSelection
  private let urls: AttributeSelection
  private var known = ByteKeyTable<Said>()
  private var bytes: [UInt8] = []

  private init(_ batch: SpanBatch) {
    outcomes = AttributeSelection(Outcome.attributeKeys, in: batch)
    peers = AttributeSelection(Outcome.attributeKeys + Peer.attributeKeys, in: batch)
    urls = AttributeSelection(Peer.urlKeys, in: batch)
  }

  /// - Throws: if the batch is not annotated and its attributes cannot be read.
  static func annotate(_ batch: inout SpanBatch) throws(CodingError) {
    if batch.isAnnotated { return }
    guard batch.hasDetails else { throw .malformed("question: the batch was read without details") }
    var annotator = Annotator(batch)
    var outcomes: [Outcome] = []
    var peerIndices: [UInt32] = []
    outcomes.reserveCapacity(batch.count)
    peerIndices.reserveCapacity(batch.count)
    for row in 0..<batch.count {
      let said = try annotator.said(row, &batch)
      outcomes.append(said.outcome)
      peerIndices.append(said.peer)
    }
    batch.outcomes = outcomes
    batch.peerIndices = peerIndices
  }

  private mutating func said(_ row: Int, _ batch: inout SpanBatch) throws(CodingError) -> Said {
    let kind = batch.kinds[row]
    // A span that is no end of a call and did not fail means nothing by its attributes.
    guard kind.isOutgoing || kind.isIncoming || batch.statusCodes[row] == .error else {
      return Said(outcome: .ok, peer: 0, isUpToURL: false)
    }
    let choice: Choice = kind.isOutgoing || kind == .consumer ? .peer : .outcome
    let selection = choice == .peer ? peers : outcomes
    bytes.removeAll(keepingCapacity: true)
    try selection.appendBytes(row, of: batch, to: &bytes)
    let shape = batch.shapeIndices[row]
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: shape >> shift)) }
    bytes.append(kind.packed)
    bytes.append(batch.statusCodes[row] == .error ? 1 : 0)
    var said: Said
    if let known = known.value(of: bytes) { said = known } else { said = try make(row, choice, &batch) }
    if said.isUpToURL, let peer = Peer(kind: kind, attributes: try batch.attributes(at: row)) {
      said.peer = batch.intern(peer: peer.bytes)
    }
    return said
  }

  private mutating func make(_ row: Int, _ choice: Choice, _ batch: inout SpanBatch) throws(CodingError) -> Said {
    let attributes = try batch.attributes(at: row)
    var said = Said(
      outcome: Outcome(status: batch.statusCodes[row], attributes: attributes), peer: 0, isUpToURL: false)
    if choice == .peer {
      if let peer = Peer(kind: batch.kinds[row], attributes: attributes.filter { !Peer.urlKeys.contains($0.key) }) {
        said.peer = batch.intern(peer: peer.bytes)
      } else {
        said.isUpToURL = urls.isAny(in: row, of: batch)
      }
    }
    known.insert(bytes, said)
    return said
  }
}
