import TraceModel

/// Traces found by their IDs alone.
package struct TraceIDMatches: Sendable {
  /// Newest arrival first, each once.
  package var ids: [TraceID] = []
  /// When the oldest block arrived that was looked into; nil if there was none.
  package var reachedArrival: Timestamp?
  /// The walk ended before it was through: as many were found as were wanted, or it was given up.
  package var isCut = false
  /// Something that may have held more was overwritten meanwhile, or is damaged.
  package var isPartial = false
}

extension RingSnapshot {
  /// The traces whose IDs lie in a range. No index knows them by that, so every block's table of trace IDs is read, the
  /// newest first: two reads and 16 bytes a trace for each block of the ring, and nothing else of it. Damage is reported, not
  /// thrown.
  /// - Parameters:
  ///   - limit: how many are wanted; at least 1.
  ///   - isAbandoned: asked before each block; true ends the walk with what it has found.
  package func traceIDs(
    in range: ClosedRange<TraceID>, limit: Int, isAbandoned: () -> Bool
  ) throws(RingError) -> TraceIDMatches {
    precondition(limit > 0)
    var found = TraceIDMatches()
    for segment in state.segments.reversed() where segment.summary.blockCount > 0 {
      try look(into: segment, for: range, limit: limit, isAbandoned, &found)
      if found.isCut { break }
    }
    return found
  }

  private func look(
    into segment: Segment, for range: ClosedRange<TraceID>, limit: Int, _ isAbandoned: () -> Bool,
    _ found: inout TraceIDMatches
  ) throws(RingError) {
    do throws(RingError) {
      guard let blocks = try directory(of: segment) else {
        found.isPartial = true
        return
      }
      let reader = try reader(of: segment)
      for block in blocks.reversed() {
        if found.ids.count >= limit || isAbandoned() {
          found.isCut = true
          return
        }
        do throws(RingError) {
          let ids = try BlockReader(reader, at: block.offset, segment: segment.number).traceIDs()
          for id in ids.reversed() where range.contains(id) && !found.ids.contains(id) && found.ids.count < limit {
            found.ids.append(id)
          }
        } catch {
          guard case .damaged = error else { throw error }
          found.isPartial = true
        }
        found.reachedArrival = block.receivedAt
      }
    } catch {
      switch error {
      case .damaged: found.isPartial = true
      default:
        guard error.isMissingFile else { throw error }
        found.isPartial = true
      }
    }
  }
}

extension BlockReader {
  /// Of the traces in the block, each once.
  fileprivate func traceIDs() throws(RingError) -> [TraceID] {
    let bytes = try columns([.traceIDs])
    do throws(CodingError) { return try bytes.traceIDs() } catch { throw damaged(error) }
  }
}
