import TraceModel

/// What spans said, by the values they said it with. Bounded: once it is full, it begins anew with the next batch, and
/// inside a batch learns nothing more.
struct AnnotationMemory {
  struct Said {
    var outcome = Outcome.ok
    /// One more than a position in `peers`; zero for none.
    var peer: UInt32 = 0
    /// Whether only a URL tells the peer. These are hardly ever the same, so that their hosts are remembered instead.
    var isUpToURL = false
  }

  private struct Peer {
    var bytes: [UInt8]
    /// Its number in the batch that was the last to have it.
    var batch: UInt64 = 0
    var number: UInt32 = 0
  }

  private var plans: [ValuePlan] = []
  /// Of all plans, one behind the other.
  private var steps: [UInt8] = []
  private var shapes = WordKeyTable()
  private var values = WordKeyTable()
  private var said: [Said] = []
  private var hosts = WordKeyTable()
  /// By the number of a host: one more than a position in `peers`.
  private var hostPeers: [UInt32] = []
  private var peers: [Peer] = []
  private var peerPositions: [[UInt8]: UInt32] = [:]
  private var byteCount = 0
  private var batchNumber: UInt64 = 0
  private var key = WordKey()

  mutating func annotate(_ batch: inout SpanBatch) throws(CodingError) {
    // At half, so that no batch finds it all but full.
    defer { if byteCount > LinkingLimits.annotationByteCountMax / 2 { self = AnnotationMemory() } }
    batchNumber += 1
    var numbers: [UInt32] = []
    numbers.reserveCapacity(batch.shapes.count)
    for shape in batch.shapes { numbers.append(number(of: shape)) }
    var outcomes = [Outcome](repeating: .ok, count: batch.count)
    var peers = [UInt32](repeating: 0, count: batch.count)
    var row = 0
    while true {
      row = recall(batch, from: row, numbers, &outcomes, &peers)
      if row == batch.count { break }
      let said = try learn(batch, row, numbers[Int(batch.shapeIndices[row])])
      (outcomes[row], peers[row]) = (said.outcome, said.peer)
      row += 1
    }
    for row in peers.indices where peers[row] != 0 { peers[row] = number(ofPeer: Int(peers[row]) - 1, in: &batch) }
    batch.outcomes = outcomes
    batch.peerIndices = peers
    if batch.isKnownPlain && numbers.allSatisfy({ plans[Int($0)].samplingAttribute == nil }) { return }
    try batch.annotateMore(numbers.map { plans[Int($0)].samplingAttribute })
  }

  private mutating func number(ofPeer position: Int, in batch: inout SpanBatch) -> UInt32 {
    if peers[position].batch != batchNumber {
      peers[position].number = batch.add(peer: peers[position].bytes)
      peers[position].batch = batchNumber
    }
    return peers[position].number
  }
}

// MARK: - What is known

extension AnnotationMemory {
  /// Annotates rows as long as they say what was said before.
  /// - Parameter numbers: of the plans, by shape.
  /// - Returns: the first row that does not, or the number of rows.
  private mutating func recall(
    _ batch: SpanBatch, from first: Int, _ numbers: [UInt32], _ outcomes: inout [Outcome], _ peers: inout [UInt32]
  ) -> Int {
    let (details, kinds, codes) = (batch.details.span, batch.kinds.span, batch.statusCodes.span)
    let (ends, shapes) = (batch.detailEnds.span, batch.shapeIndices.span)
    let (steps, errorCode) = (steps, SpanStatus.Code.error.rawValue)
    var outcomes = outcomes.mutableSpan
    var peers = peers.mutableSpan
    var row = first
    while row < kinds.count {
      let (kind, isError) = (kinds[row].rawValue, codes[row].rawValue == errorCode)
      // A span that is no end of a call and did not fail means nothing by its attributes.
      guard ValuePlan.mayMatter(kind, isError) else {
        row += 1
        continue
      }
      let number = numbers[Int(shapes[row])]
      let range = (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
      guard
        let url = key.gather(plans[Int(number)], number, kind, isError, steps.span, details, range),
        let position = values.number(of: key)
      else { return row }
      let known = said[position]
      if known.isUpToURL {
        if let host = URLHost.range(in: details, url) {
          guard key.gather(details, host), let host = hosts.number(of: key) else { return row }
          peers[row] = hostPeers[host]
        }
      } else {
        peers[row] = known.peer
      }
      outcomes[row] = known.outcome
      row += 1
    }
    return row
  }
}

// MARK: - What is new

extension AnnotationMemory {
  private var hasRoom: Bool { byteCount < LinkingLimits.annotationByteCountMax }

  private mutating func number(of shape: AttributeShape) -> UInt32 {
    let isKey = key.gather(shape.bytes.span, 0..<shape.bytes.count)
    if isKey, let known = shapes.number(of: key) { return UInt32(known) }
    let new = UInt32(plans.count)
    plans.append(ValuePlan(shape, &steps))
    byteCount += shape.types.count + MemoryLayout<ValuePlan>.stride
    // Plans have the numbers of their shapes; those of shapes too long to be a key come behind all others.
    if isKey { byteCount += shapes.insert(key, as: Int(new)) }
    return new
  }

  /// Makes out what a row says, and remembers it.
  private mutating func learn(_ batch: SpanBatch, _ row: Int, _ number: UInt32) throws(CodingError) -> Said {
    let (plan, kind, code) = (plans[Int(number)], batch.kinds[row], batch.statusCodes[row])
    let namesPeer = ValuePlan.mayNamePeer(kind.rawValue)
    let attributes = try ValuePlan.attributes(of: batch, row)
    let (steps, details, range) = (steps, batch.details, batch.detailRange(ofRow: row))
    let isKey =
      key.gather(plan, number, kind.rawValue, code == .error, steps.span, details.span, range) != nil
    var result = Said(outcome: Outcome(status: code, attributes: attributes))
    if namesPeer {
      if let peer = TraceLinking.Peer(kind: kind, attributes: attributes) {
        result.peer = add(peer)
      } else {
        result.isUpToURL = plan.hasURL
      }
    }
    if isKey, hasRoom, values.number(of: key) == nil {
      byteCount += values.insert(key, as: said.count) + MemoryLayout<Said>.stride
      said.append(result)
    }
    if result.isUpToURL, let host = URLHost.host(in: attributes) { result.peer = peer(ofHost: host) }
    return result
  }

  private mutating func peer(ofHost host: [UInt8]) -> UInt32 {
    let isKey = key.gather(host.span, 0..<host.count)
    if isKey, let known = hosts.number(of: key) { return hostPeers[known] }
    let peer = add(
      TraceLinking.Peer(identity: .external(URLHost.name(String(decoding: host, as: UTF8.self))), direction: .outgoing))
    if isKey, hasRoom {
      byteCount += hosts.insert(key, as: hostPeers.count) + 4
      hostPeers.append(peer)
    }
    return peer
  }

  private mutating func add(_ peer: TraceLinking.Peer) -> UInt32 {
    let bytes = Annotation(peer: peer).bytes
    if let known = peerPositions[bytes] { return known }
    peers.append(Peer(bytes: bytes))
    peerPositions[bytes] = UInt32(peers.count)
    byteCount += 2 * bytes.count + 128
    return UInt32(peers.count)
  }
}
