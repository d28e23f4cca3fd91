import TraceModel

/// What lies in a slot that holds no segment which counts.
enum SlotRemains: Equatable {
  /// Zeros where a header and a first block would be.
  case nothing
  /// A segment that has been let go, or a second copy of one.
  case retired
  /// A header that was being written for the first time when the machine stopped; no block followed.
  case tornHeader
  /// Bytes that say nothing.
  case unknown

  init(_ reader: SlotReader) throws(RingError) {
    let (header, trailer) = (try reader.header(), try reader.trailer())
    if try reader.isBlank() {
      self = .nothing
    } else if header != nil || trailer != nil {
      self = .retired
    } else if try SlotScan(reader, header: nil) != nil {
      self = .retired
    } else {
      self = try reader.isZero(at: reader.layout.firstBlockOffset) ? .tornHeader : .unknown
    }
  }
}

extension SlotReader {
  func isZero(at offset: UInt64) throws(RingError) -> Bool {
    guard let page = try pageIfReadable(at: offset) else { return false }
    return !page.contains { $0 != 0 }
  }

  /// A whole page; nothing if the disk cannot read it or the file ends before.
  func pageIfReadable(at offset: UInt64) throws(RingError) -> ArraySlice<UInt8>? {
    do throws(RingError) {
      let page = try bytes(at: offset, count: Limits.pageByteCount, of: .slotHeader, segment: nil)
      return page.count == Limits.pageByteCount ? page[...] : nil
    } catch {
      guard case .damaged = error else { throw error }
      return nil
    }
  }
}
