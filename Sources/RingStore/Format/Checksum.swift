import CChecksum

/// CRC32C over several pieces, as if they lay one behind the other.
struct Checksum {
  private(set) var value: UInt32

  /// - Parameter value: the checksum of what lies in front.
  init(continuing value: UInt32 = 0) {
    self.value = value
  }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    value = unsafe bytes.withUnsafeBytes { buffer in
      unsafe spoor_crc32c(value, buffer.baseAddress, buffer.count)
    }
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    value = unsafe spoor_crc32c(value, bytes.baseAddress, bytes.count)
  }

  mutating func add(_ bytes: [UInt8]) { add(bytes[...]) }

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 { unsafe spoor_crc32c(0, bytes.baseAddress, bytes.count) }

  static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var checksum = Checksum()
    checksum.add(bytes)
    return checksum.value
  }

  static func of(_ bytes: [UInt8]) -> UInt32 { of(bytes[...]) }
}
