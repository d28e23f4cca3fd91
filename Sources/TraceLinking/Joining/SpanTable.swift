import TraceModel

/// Spans of any traces, each once, and how to find a span by its ID.
struct SpanTable {
  private(set) var rows: [SpanRow] = []
  /// By `link`: the position of each row's parent, or -1.
  private(set) var parents: [Int32] = []
  /// One more than the position of the first row of a span ID, or zero. At most half full.
  private var slots: [UInt32]
  /// By the position of the first row of a span ID that several spans have.
  private var shared: [Int: ParentCandidates] = [:]
  private var sharedIdentities: Set<Identity> = []
  private let mixer = KeyMixer()

  init() {
    slots = Array(repeating: 0, count: 16)
  }

  /// `Span.Identity` of a row.
  private struct Identity: Hashable {
    var traceID: TraceID
    var spanID: SpanID
    var start: Timestamp
    var kind: UInt8

    init(_ row: SpanRow) {
      (traceID, spanID, start, kind) = (row.traceID, row.spanID, row.start, row.kind)
    }
  }

  /// Forgets all spans, to take in so many others.
  mutating func removeAll(expecting count: Int) {
    rows.removeAll(keepingCapacity: true)
    parents.removeAll(keepingCapacity: true)
    var size = slots.count
    while size < count * 2 { size *= 2 }
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(0, count: size))
    shared.removeAll()
    sharedIdentities.removeAll()
  }

  /// - Returns: false if the span is here already.
  mutating func append(_ row: SpanRow) -> Bool {
    if (rows.count + 1) * 2 > slots.count { grow() }
    var row = row
    (row.isShared, row.isAnswered) = (false, false)  // a row may come out of another table
    let place = place(of: row.spanID, in: row.traceID)
    guard slots[place] != 0 else {
      rows.append(row)
      slots[place] = UInt32(rows.count)
      return true
    }
    return appendShared(row, first: Int(slots[place]) - 1)
  }

  private mutating func appendShared(_ row: SpanRow, first: Int) -> Bool {
    if rows[first].isSame(as: row) || !sharedIdentities.insert(Identity(row)).inserted { return false }
    if !rows[first].isShared {
      rows[first].isShared = true
      shared[first] = ParentCandidates(first, isOutgoing: rows[first].isOutgoing)
    }
    rows.append(row)
    let rows = rows
    shared[first]?.add(rows.count - 1, isOutgoing: row.isOutgoing) {
      (rows[$0].start, rows[$0].kind) < (rows[$1].start, rows[$1].kind)
    }
    return true
  }

  /// Finds every row's parent and who is answered. To be called after the last `append`.
  mutating func link() {
    parents.removeAll(keepingCapacity: true)
    parents.reserveCapacity(rows.count)
    for position in rows.indices {
      let parent = parent(of: position)
      parents.append(Int32(parent ?? -1))
      if let parent, rows[parent].calls(rows[position]) { rows[parent].isAnswered = true }
    }
  }

  private func parent(of position: Int) -> Int? {
    let row = rows[position]
    guard row.hasParentID else { return nil }
    let slot = slots[place(of: row.parentSpanID, in: row.traceID)]
    guard slot != 0 else { return nil }
    let first = Int(slot) - 1
    if rows[first].isShared { return shared[first]?.parent(of: position, isIncoming: row.isIncoming) }
    return first == position ? nil : first
  }

  /// Where the first row of a span ID is, or where it would go.
  private func place(of spanID: SpanID, in traceID: TraceID) -> Int {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: mixer.mix(traceID, spanID)) & mask
    while slots[place] != 0 {
      let position = Int(slots[place]) - 1
      if rows[position].hasID(spanID, in: traceID) { break }
      place = (place + 1) & mask
    }
    return place
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: old.count * 2)
    for slot in old where slot != 0 {
      let row = rows[Int(slot) - 1]
      slots[place(of: row.spanID, in: row.traceID)] = slot
    }
  }
}

extension SpanRow {
  /// Across services every parent and child are a call, whatever their kinds; inside one only the two ends of one are.
  /// A span that takes a message out of a queue is answered by the span that processes it.
  func calls(_ child: SpanRow) -> Bool {
    service != child.service
      || (role == .client && child.role == .server)
      || (role == .producer && child.role == .consumer)
      || (role == .client && direction == .incoming && child.role == .consumer)
  }
}
