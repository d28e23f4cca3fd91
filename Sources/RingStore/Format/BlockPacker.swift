import TraceModel

/// Cuts and joins batches into blocks: small batches share one, large ones are spread over several.
struct BlockPacker {
  let layout: SlotLayout
  let key: HashKey
  let receivedAt: Timestamp
  private var drafts: [BlockDraft] = []
  /// What waits for more to fill a block.
  private var pending = SpanBatch()
  private var pendingRequests: [RequestFingerprint] = []

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
    if let fingerprint = request.fingerprint { pendingRequests.append(fingerprint) }
  }

  private mutating func flush() throws(RingError) {
    let (batch, requests) = (pending, pendingRequests)
    (pending, pendingRequests) = (SpanBatch(), [])
    if !batch.isEmpty { try emit(batch, requests) }
  }

  /// Halves what is too large until it fits, and says so if a single span does not. The estimate spares encoding what
  /// will be cut anyway; the encoded size decides. What is cut loses its requests: a crash could keep the half that says
  /// that the request is stored, and lose the other.
  private mutating func emit(_ batch: SpanBatch, _ requests: [RequestFingerprint]) throws(RingError) {
    let isSmall =
      batch.count <= Limits.blockSpanCountTarget
      && batch.byteCount <= layout.blockRawByteCountTarget
    if isSmall || batch.count == 1 {
      if batch.details.count <= Limits.detailByteCountMax {
        let draft = BlockDraft(batch, requests: requests, receivedAt: receivedAt, key: key)
        if draft.byteCount <= layout.blockByteCountMax { return drafts.append(draft) }
      }
      if batch.count == 1 { return try emitAlone(batch, requests) }
    }
    let middle = batch.count / 2
    for rows in [0..<middle, middle..<batch.count] {
      var half = SpanBatch()
      half.append(contentsOf: batch, rows: rows)
      try emit(half, [])
    }
  }

  /// A span that does not fit. What a fold has added to it was not there when its size was judged, and may be the reason:
  /// it repeats what the span's attributes say, so the span is stored without.
  private mutating func emitAlone(_ batch: SpanBatch, _ requests: [RequestFingerprint]) throws(RingError) {
    guard batch.isAnnotated else {
      throw .spanTooLarge(bytes: batch.byteCount, maximum: layout.spanByteCountMax)
    }
    var bare = batch
    bare.forgetAnnotations()
    try emit(bare, requests)
  }
}
