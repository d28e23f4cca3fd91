import TraceModel

/// A batch whose services, names and peers have the numbers of a `KeyTable`, ready to be made rows of.
struct SpanColumns {
  let batch: SpanBatch
  let numbers: Numbers
  private let scale = BucketScale.shared

  /// What the entries of a batch's tables are in a `KeyTable`.
  struct Numbers {
    /// By the batch's resources.
    var services: [UInt16]
    /// By the batch's names; empty where names are not wanted.
    var names: [UInt32]
    /// By the batch's peers.
    var said: [SpanRow.Said]
  }

  /// - Parameter hasNames: numbers of names cost memory.
  /// - Throws: if the batch is not annotated and its attributes cannot be read.
  init(_ batch: SpanBatch, hasNames: Bool, _ keys: inout KeyTable) throws(CodingError) {
    var batch = batch
    if !batch.isAnnotated { try Annotator().annotate(&batch) }
    numbers = Numbers(
      services: batch.resources.map { keys.number(ofService: NodeIdentity.service(of: $0)) },
      names: hasNames ? batch.names.map { keys.number(ofName: $0) } : [],
      said: keys.numbers(of: batch))
    self.batch = batch
  }

  /// The same batch as some time before.
  /// - Precondition: the batch is annotated.
  init(_ batch: SpanBatch, _ numbers: Numbers) {
    (self.batch, self.numbers) = (batch, numbers)
  }

  /// - Parameter origin: of which of the segments that are looked at together it is.
  @inline(__always) func span(at row: Int, _ period: Period, origin: UInt16) -> SpanRow {
    let peer = Int(batch.peerIndices[row])
    let (start, end) = (batch.starts[row].unixNanoseconds, batch.ends[row].unixNanoseconds)
    var duration = Duration.zero
    if end > start { duration.nanoseconds = end &- start }
    return SpanRow(
      traceID: batch.traceIDs[row], spanID: batch.spanIDs[row], parentSpanID: batch.parentSpanIDs[row],
      start: batch.starts[row], duration: duration, bucket: scale.bucket(of: duration), period: period,
      name: numbers.names.isEmpty ? nil : numbers.names[Int(batch.nameIndices[row])],
      said: peer == 0 ? SpanRow.Said() : numbers.said[peer &- 1],
      service: numbers.services[Int(batch.resourceIndices[row])], origin: origin,
      kind: batch.kinds[row], outcome: batch.outcomes[row].number)
  }
}

extension KeyTable {
  /// Notes which spans link to which, too.
  fileprivate mutating func numbers(of batch: SpanBatch) -> [SpanRow.Said] {
    var links: [Int: [SpanReference]] = [:]
    var said: [SpanRow.Said] = []
    for (position, bytes) in batch.peers.enumerated() {
      said.append(number(of: bytes, links: &links[position]))
    }
    if links.isEmpty { return said }
    for row in 0..<batch.count where batch.peerIndices[row] != 0 {
      guard let links = links[Int(batch.peerIndices[row]) - 1] else { continue }
      note(links, of: LinkTable.Source(batch, row))
    }
    return said
  }

  /// Nothing for bytes that no fold wrote.
  private mutating func number(of bytes: [UInt8], links: inout [SpanReference]?) -> SpanRow.Said {
    var said = SpanRow.Said()
    do throws(CodingError) {
      let annotation = try Annotation(bytes: bytes)
      if let peer = annotation.peer {
        said.setPeer(number(ofPeer: peer.identity), isQueue: peer.identity.kind == .queue, peer.direction)
      }
      said.factor = number(ofFactor: annotation.factor)
      said.hasLinks = !annotation.links.isEmpty
      if said.hasLinks { links = annotation.links }
    } catch {
      return SpanRow.Said()
    }
    return said
  }
}

extension Outcome {
  /// Its raw value, without a call into another module.
  @inline(__always) fileprivate var number: UInt8 {
    switch self {
    case .ok: 0
    case .error: 1
    case .throttle: 2
    case .fault: 3
    }
  }
}
