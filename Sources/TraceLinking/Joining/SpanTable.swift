import TraceModel

/// Finds spans by their IDs: which is there twice, which is whose parent, who is answered. Writes it into their rows.
struct SpanTable {
  /// One more than the position of the first row of a span ID, behind half of the ID's hash; zero where the place is free.
  /// At most half full.
  private var slots: [UInt64] = []
  /// By the position of the first row of a span ID that several spans have.
  private var shared: [Int: ParentCandidates] = [:]
  private var sharedIdentities: Set<Identity> = []
  /// Spans that may be a layer of a call that others tell of as well, or the answer to one.
  private var layered: [Int32] = []
  private let mixer = KeyMixer()

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

  /// Links the rows in these ranges with each other.
  mutating func link(_ rows: inout [SpanRow], _ ranges: [Range<Int>], _ facts: SpanFacts) {
    var size = 16
    while size < ranges.reduce(0, { $0 + $1.count }) * 2 { size *= 2 }
    var slots = slots
    self.slots = []  // so that there is one copy only
    slots.removeAll(keepingCapacity: true)
    slots.append(contentsOf: repeatElement(0, count: size))
    shared.removeAll()
    sharedIdentities.removeAll()
    var linked = rows.mutableSpan
    var places = slots.mutableSpan
    enter(&linked, ranges, &places)
    layered.removeAll(keepingCapacity: true)
    findParents(&linked, ranges, places.span, facts.namesServices)
    findLayers(&linked, layered, facts)
    self.slots = slots
  }

  private mutating func enter(
    _ rows: inout MutableSpan<SpanRow>, _ ranges: [Range<Int>], _ slots: inout MutableSpan<UInt64>
  ) {
    let mask = slots.count &- 1
    for range in ranges {
      for position in range {
        rows[position].unlink()
        let (traceID, spanID) = (rows[position].traceID, rows[position].spanID)
        let hash = mixer.mix(traceID, spanID)
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
          let slot = slots[place]
          if slot == 0 {
            slots[place] = hash & ~0xffff_ffff | UInt64(truncatingIfNeeded: position &+ 1)
            break
          }
          if (slot ^ hash) >> 32 == 0 {
            let first = Int(truncatingIfNeeded: slot & 0xffff_ffff) &- 1
            if rows[first].hasID(spanID, in: traceID) {
              enterShared(position, first, &rows)
              break
            }
          }
          place = (place &+ 1) & mask
        }
      }
    }
  }

  private mutating func enterShared(_ position: Int, _ first: Int, _ rows: inout MutableSpan<SpanRow>) {
    let row = rows[position]
    if rows[first].isSame(as: row) || !sharedIdentities.insert(Identity(row)).inserted {
      rows[position].isDuplicate = true
      return
    }
    if !rows[first].isShared {
      rows[first].isShared = true
      shared[first, default: ParentCandidates()].add(
        first, isOutgoing: rows[first].isOutgoing, rank: ParentCandidates.Rank(of: rows[first]))
    }
    shared[first]?.add(position, isOutgoing: row.isOutgoing, rank: ParentCandidates.Rank(of: row))
  }

  private mutating func findParents(
    _ rows: inout MutableSpan<SpanRow>, _ ranges: [Range<Int>], _ slots: Swift.Span<UInt64>, _ hasNamed: Bool
  ) {
    let mask = slots.count &- 1
    for range in ranges {
      for position in range where rows[position].hasParentID && !rows[position].isDuplicate {
        let (traceID, parentID) = (rows[position].traceID, rows[position].parentSpanID)
        let hash = mixer.mix(traceID, parentID)
        var place = Int(truncatingIfNeeded: hash) & mask
        while slots[place] != 0 {
          let first = Int(truncatingIfNeeded: slots[place] & 0xffff_ffff) &- 1
          if (slots[place] ^ hash) >> 32 == 0, rows[first].hasID(parentID, in: traceID) {
            link(position, first, &rows, hasNamed)
            break
          }
          place = (place &+ 1) & mask
        }
      }
    }
  }

  @inline(__always)
  private mutating func link(
    _ position: Int, _ first: Int, _ rows: inout MutableSpan<SpanRow>, _ hasNamed: Bool
  ) {
    var parent = first
    if rows[first].isShared {
      guard let found = shared[first]?.parent(of: position, isIncoming: rows[position].isIncoming) else { return }
      parent = found
    } else if first == position {
      return
    }
    rows[position].parent = Int32(truncatingIfNeeded: parent)
    if rows[parent].calls(rows[position]) { rows[parent].isAnswered = true }
    if rows[parent].service != rows[position].service ? hasNamed : rows[position].isPlainClient,
      rows[parent].isPlainClient || !rows[parent].isEnd
    {
      layered.append(Int32(truncatingIfNeeded: position))
    }
    if rows[parent].isDetailed(by: rows[position]) {
      rows[parent].noteDetail()
      rows[position].isInner = rows[position].sendsMessages
    }
  }
}

extension ParentCandidates.Rank {
  fileprivate init(of row: SpanRow) {
    self.init(start: row.start.unixNanoseconds, kind: row.kind)
  }
}
