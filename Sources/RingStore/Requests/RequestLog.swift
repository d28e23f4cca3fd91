/// The newest requests that are stored, or held in memory on their way to the disk. The oldest are forgotten.
struct RequestLog {
  /// By fingerprint: a segment that is let go of no later than the request's spans.
  private var segments: [RequestFingerprint: UInt64] = [:]
  /// In a circle, once it is full.
  private var order: [RequestFingerprint] = []
  private var oldest = 0

  /// Whether the request is known, and its spans have not been overwritten.
  func contains(_ fingerprint: RequestFingerprint, oldestSegment: UInt64) -> Bool {
    segments[fingerprint].map { $0 >= oldestSegment } ?? false
  }

  mutating func insert(_ fingerprint: RequestFingerprint, segment: UInt64) {
    // One that was overwritten and sent again has its second entry run out with the first: it is forgotten early, no more.
    guard segments.updateValue(segment, forKey: fingerprint) == nil else { return }
    if order.count < Limits.requestCountMax {
      order.append(fingerprint)
    } else {
      segments[order[oldest]] = nil
      order[oldest] = fingerprint
      oldest = (oldest + 1) % order.count
    }
  }

  /// What the newest blocks of a ring say. A block that cannot be read is passed over.
  init(_ state: RingState, _ folder: RingFolder) {
    var found: [(fingerprint: RequestFingerprint, segment: UInt64)] = []
    var blocksLeft = Limits.requestBlockCountMax
    for segment in state.segments.reversed() {
      guard blocksLeft > 0, found.count < Limits.requestCountMax else { break }
      do throws(RingError) {
        let reader = SlotReader(
          file: try folder.openSlot(segment.slot, .read), ring: state.superblock.ring, slot: segment.slot,
          layout: state.superblock.layout, hashKey: state.superblock.hashKey)
        for offset in try Self.offsets(of: segment, reader).suffix(blocksLeft).reversed() {
          blocksLeft -= 1
          found += Self.requests(at: offset, in: segment, reader).reversed().map { ($0, segment.number) }
        }
      } catch {
        continue  // its requests, sent again, are stored again
      }
    }
    for entry in found.prefix(Limits.requestCountMax).reversed() { insert(entry.fingerprint, segment: entry.segment) }
  }

  private static func offsets(of segment: Segment, _ reader: SlotReader) throws(RingError) -> [UInt64] {
    switch segment.content {
    case .open(let blocks): blocks.all.map(\.offset)
    case .sealed(let footer, _): try reader.directory(footer, segment: segment.number).map(\.offset)
    }
  }

  private static func requests(
    at offset: UInt64, in segment: Segment, _ reader: SlotReader
  ) -> [RequestFingerprint] {
    do throws(RingError) {
      return try BlockReader(reader, at: offset, segment: segment.number).requests()
    } catch {
      return []
    }
  }
}
