import CChecksum
import Glibc
import RingStore

/// What the machine takes for the same bytes when nothing else is done with them.
struct Floors {
  let folder: String
  let byteCount: Int
  let spanCount: Int

  private static let pieceByteCount = 1 << 20

  func run() throws {
    let piece = (0..<Self.pieceByteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let count = max(1, byteCount / Self.pieceByteCount)
    var copy = [UInt8](repeating: 0, count: Self.pieceByteCount)
    var checksum: UInt32 = 0
    let copying = ProcessorTime.spent {
      for _ in 0..<count {
        unsafe copy.withUnsafeMutableBytes { to in unsafe piece.withUnsafeBytes { unsafe to.copyMemory(from: $0) } }
        checksum &+= UInt32(copy[Int(checksum % 4096)])
      }
    }
    report("memcpy", copying)
    let checking = ProcessorTime.spent {
      for _ in 0..<count {
        checksum = unsafe piece.withUnsafeBytes { unsafe spoor_crc32c(checksum, $0.baseAddress, $0.count) }
      }
    }
    report("CRC32C", checking)
    let file = try DiskFileSystem().open("\(folder)/floor", .create)
    try file.allocate(byteCount: UInt64(count * Self.pieceByteCount))
    // The second time over the same pages, like all but the first lap of a ring.
    var writing: UInt64 = 0
    for _ in 0..<2 {
      writing = try ProcessorTime.spent {
        for index in 0..<count {
          try file.write(piece, at: UInt64(index * Self.pieceByteCount))
          try file.syncData()
        }
      }
    }
    report("write and fdatasync", writing)
    // Keeps what was computed from being left out.
    if checksum == 1 { Output.errors.line("a rare checksum") }
  }

  private func report(_ name: String, _ nanoseconds: UInt64) {
    let value = Double(nanoseconds) / Double(spanCount)
    Figure(part: "floors", name: "CPU: \(name) of as many bytes", value: value, unit: "ns/span").report()
  }
}
