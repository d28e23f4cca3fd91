import TraceModel

/// Cuts and joins requests into blocks: small ones share one, large ones are spread over several.
struct BlockPacker: ~Copyable {
  private let layout: SlotLayout
  private var workspace: BlockWorkspace

  init(_ layout: SlotLayout, _ key: HashKey) {
    self.layout = layout
    workspace = BlockWorkspace(key)
  }

  /// Blocks in the order of the spans; all of them or, when a span is too large for any, none.
  /// - Parameter positions: which of the requests are meant.
  mutating func pack(
    _ requests: [ReceivedRequest], _ positions: [Int], receivedAt: Timestamp
  ) throws(RingError) -> [BlockDraft] {
    var drafts: [BlockDraft] = []
    var rows = BlockRows(of: requests)
    for position in positions {
      // A copy: a column's reference counts less than that of the twenty that a request has.
      let batch = requests[position].batch
      let fits =
        rows.count + batch.count <= Limits.blockSpanCountTarget
        && rows.byteCount + batch.byteCount <= layout.blockRawByteCountTarget
      if !fits, !rows.isEmpty {
        try emit(rows, receivedAt, &drafts)
        rows = BlockRows(of: requests)
      }
      if !batch.isEmpty { rows.add(batch, ofRequest: position) }
    }
    if !rows.isEmpty { try emit(rows, receivedAt, &drafts) }
    return drafts
  }

  /// Halves what is too large until it fits, and says so if a single span does not. The estimate spares encoding what
  /// will be cut anyway; the encoded size decides.
  private mutating func emit(
    _ rows: BlockRows, _ receivedAt: Timestamp, _ drafts: inout [BlockDraft]
  ) throws(RingError) {
    let isSmall = rows.count <= Limits.blockSpanCountTarget && rows.byteCount <= layout.blockRawByteCountTarget
    if isSmall || rows.count == 1 {
      if rows.detailByteCount <= Limits.detailByteCountMax {
        let draft = BlockDraft(rows, receivedAt: receivedAt, &workspace)
        if draft.byteCount <= layout.blockByteCountMax { return drafts.append(draft) }
      }
      if rows.count == 1 {
        // What a fold has added to a span was not there when its size was judged, and may be the reason: it repeats what
        // the span's attributes say, so the span is stored without.
        guard rows.isAnnotated else {
          throw .spanTooLarge(bytes: rows.byteCount, maximum: layout.spanByteCountMax)
        }
        return try emit(rows.withoutAnnotations, receivedAt, &drafts)
      }
    }
    for half in rows.halves { try emit(half, receivedAt, &drafts) }
  }
}
