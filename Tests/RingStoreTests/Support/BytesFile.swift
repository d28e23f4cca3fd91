@testable import RingStore

/// Bytes as if they lay in a file at an offset.
final class BytesFile: OpenFile {
  private let bytes: [UInt8]
  private let start: UInt64

  init(_ bytes: [UInt8], at start: UInt64) {
    self.bytes = bytes
    self.start = start
  }

  func byteCount() throws(FileError) -> UInt64 { start + UInt64(bytes.count) }
  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    guard offset >= start else { return [] }
    return Array(bytes.dropFirst(Int(clamping: offset - start)).prefix(count))
  }
  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {}
  func syncData() throws(FileError) {}
  func allocate(byteCount: UInt64) throws(FileError) {}
}
