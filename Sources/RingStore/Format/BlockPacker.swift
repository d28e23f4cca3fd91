import TraceModel

/// Cuts and joins batches into blocks: small batches share one, large ones are spread over several.
struct BlockPacker {
  let layout: SlotLayout
  let key: HashKey
  let receivedAt: Timestamp
  private var drafts: [BlockDraft] = []
  /// What waits for more to fill a block.
  private var pending = SpanBatch()
  /// The requests that it is made of.
  private var parts: [Part] = []

  private struct Part {
    /// Behind the request's last row.
    var end: Int
    var fingerprint: RequestFingerprint?
  }

  /// Blocks in the order of the spans; all of them or, when a span is too large for any, none.
  static func pack(
    _ requests: [ReceivedRequest], receivedAt: Timestamp, layout: SlotLayout, key: HashKey
  ) throws(RingError) -> [BlockDraft] {
    var packer = BlockPacker(layout: layout, key: key, receivedAt: receivedAt)
    for request in requests where !request.batch.isEmpty { try packer.add(request) }
    try packer.flush()
    return packer.drafts
  }

  private init(layout: SlotLayout, key: HashKey, receivedAt: Timestamp) {
    self.layout = layout
    self.key = key
    self.receivedAt = receivedAt
  }

  private mutating func add(_ request: ReceivedRequest) throws(RingError) {
    let batch = request.batch
    let fits =
      pending.count + batch.count <= Limits.blockSpanCountTarget
      && pending.byteCount + batch.byteCount <= layout.blockRawByteCountTarget
    if !fits { try flush() }
    if pending.isEmpty {
      pending = batch
    } else {
      pending.append(contentsOf: batch)
    }
    parts.append(Part(end: pending.count, fingerprint: request.fingerprint))
  }

  private mutating func flush() throws(RingError) {
    let (batch, parts) = (pending, parts)
    (pending, self.parts) = (SpanBatch(), [])
    if !batch.isEmpty { try emit(batch, parts) }
  }

  /// Halves what is too large until it fits, and says so if a single span does not. The estimate spares encoding what
  /// will be cut anyway; the encoded size decides. Cuts are made between requests where there are several. One that is cut
  /// itself goes without its fingerprint: a crash could keep the half that says that the request is stored, and lose the
  /// other.
  private mutating func emit(_ batch: SpanBatch, _ parts: [Part]) throws(RingError) {
    let isSmall =
      batch.count <= Limits.blockSpanCountTarget
      && batch.byteCount <= layout.blockRawByteCountTarget
    if isSmall || batch.count == 1 {
      if batch.details.count <= Limits.detailByteCountMax {
        let draft = BlockDraft(
          batch, requests: parts.compactMap(\.fingerprint), receivedAt: receivedAt, key: key)
        if draft.byteCount <= layout.blockByteCountMax { return drafts.append(draft) }
      }
      if batch.count == 1 { return try emitAlone(batch, parts) }
    }
    var (first, second) = (parts.prefix(parts.count / 2), parts.dropFirst(parts.count / 2))
    var middle = batch.count / 2
    if let end = first.last?.end { middle = end } else { (first, second) = ([], []) }
    for (rows, parts) in [(0..<middle, first), (middle..<batch.count, second)] {
      var half = SpanBatch()
      half.append(contentsOf: batch, rows: rows)
      try emit(half, parts.map { Part(end: $0.end - rows.lowerBound, fingerprint: $0.fingerprint) })
    }
  }

  /// A span that does not fit. What a fold has added to it was not there when its size was judged, and may be the reason:
  /// it repeats what the span's attributes say, so the span is stored without.
  private mutating func emitAlone(_ batch: SpanBatch, _ parts: [Part]) throws(RingError) {
    guard batch.isAnnotated else {
      throw .spanTooLarge(bytes: batch.byteCount, maximum: layout.spanByteCountMax)
    }
    var bare = batch
    bare.forgetAnnotations()
    try emit(bare, parts)
  }
}
