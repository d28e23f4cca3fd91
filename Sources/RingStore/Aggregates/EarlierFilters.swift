import TraceModel

/// Which of the segments before the one that is folded may hold a trace. A fold asks all of them about thousands of traces,
/// so their filters lie here side by side, without a lock or a count of references to each.
final class EarlierFilters {
  /// Oldest first.
  private let segments: [Segment]
  private let snapshot: RingSnapshot
  /// Nil for a segment that has none, or none that can be read; and before the first question nothing.
  private var filters: [TraceFilter?] = []

  init(of segments: [Segment], in snapshot: RingSnapshot) {
    self.segments = segments
    self.snapshot = snapshot
  }

  /// The first segment from `position` on that may hold the trace.
  func first(from position: Int, mayHold fingerprint: UInt64) throws(RingError) -> Int? {
    if filters.isEmpty { try readFilters() }
    let probe = TraceFilter.Probe(fingerprint)
    for position in position..<filters.count {
      if let filter = filters[position] {
        if filter.mayContain(probe) { return position }
      } else if let blocks = segments[position].blocks, !blocks.offsets(of: fingerprint).isEmpty {
        return position
      }
    }
    return nil
  }

  private func readFilters() throws(RingError) {
    filters.reserveCapacity(segments.count)
    for segment in segments {
      var filter: TraceFilter?
      if case .sealed(let footer, let kept) = segment.content {
        filter = kept?.filter
        if filter == nil {
          try SegmentUnderFold.unlessUnreadable { () throws(RingError) in
            let read = try snapshot.reader(of: segment).filter(footer, segment: segment.number)
            kept?.keep(read)
            filter = read
          }
        }
      }
      filters.append(filter)
    }
  }
}
