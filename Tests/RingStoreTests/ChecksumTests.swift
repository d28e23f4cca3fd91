import CChecksum
import Testing

@testable import RingStore

@Suite struct ChecksumTests {
  @Test func `the checksum is CRC32C`() {
    // RFC 3720, appendix B.4, and the usual check value.
    #expect(Checksum.of(Array("123456789".utf8)) == 0xe306_9283)
    #expect(Checksum.of([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(Checksum.of([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(Checksum.of([UInt8](0..<32)) == 0x46dd_794e)
    #expect(Checksum.of([]) == 0)
  }

  @Test func `the processor and the table agree, in one piece and in several`() {
    var random = SplitMix64(state: 5)
    let bytes = (0..<20_011).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for count in [0, 1, 7, 8, 9, 63, 512, 3071, 3072, 3073, 4099, 9300, 20_011] {
      let piece = Array(bytes[..<count])
      let byTable = unsafe piece.withUnsafeBytes { unsafe spoor_crc32c_portable(0, $0.baseAddress, $0.count) }
      #expect(Checksum.of(piece) == byTable)
      var parts = Checksum()
      parts.add(piece[..<(count / 3)])
      parts.add(piece[(count / 3)...])
      #expect(parts.value == byTable)
    }
  }
}
