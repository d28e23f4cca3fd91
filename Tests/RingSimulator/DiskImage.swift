/// The bytes of one file, in pages that copies share. Pages that were never written are zeros and take nothing.
package struct DiskImage: Sendable {
  package var byteCount: UInt64 = 0
  private var pages: [[UInt8]] = []

  private static let pageByteCount = 4096
  private static let zeros = [UInt8](repeating: 0, count: pageByteCount)

  package init() {}

  package func bytes(at offset: UInt64, count: Int) -> [UInt8] {
    guard offset < byteCount, count > 0 else { return [] }
    let end = min(byteCount, offset + UInt64(count))
    if Int(offset) % Self.pageByteCount == 0, end - offset == Self.pageByteCount {
      return page(Int(offset) / Self.pageByteCount)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(end - offset))
    var at = Int(offset)
    while at < Int(end) {
      let (page, start) = (at / Self.pageByteCount, at % Self.pageByteCount)
      let part = min(Self.pageByteCount - start, Int(end) - at)
      bytes += self.page(page)[start..<start + part]
      at += part
    }
    return bytes
  }

  private func page(_ page: Int) -> [UInt8] {
    page < pages.count && !pages[page].isEmpty ? pages[page] : Self.zeros
  }

  package mutating func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) {
    let last = Int(offset) + bytes.count
    let pageCount = (last + Self.pageByteCount - 1) / Self.pageByteCount
    if pageCount > pages.count { pages += repeatElement([], count: pageCount - pages.count) }
    var (at, rest) = (Int(offset), bytes)
    while !rest.isEmpty {
      let (page, start) = (at / Self.pageByteCount, at % Self.pageByteCount)
      let part = rest.prefix(Self.pageByteCount - start)
      if part.count == Self.pageByteCount {
        pages[page] = Array(part)
      } else {
        if pages[page].isEmpty { pages[page] = Self.zeros }
        pages[page].replaceSubrange(start..<start + part.count, with: part)
      }
      at += part.count
      rest = rest.dropFirst(part.count)
    }
    byteCount = max(byteCount, UInt64(last))
  }
}
