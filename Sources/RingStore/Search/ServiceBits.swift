/// Which services a block has spans of: a bit for each name, by its CRC32C. Two names may share one.
struct ServiceBits: Equatable, Sendable {
  private var words: SIMD4<UInt64> = .zero

  static let byteCount = 32
  private static let bitCount: UInt32 = 256

  init() {}

  init(of service: String) {
    let number = Checksum.of(Array(service.utf8)) % Self.bitCount
    words[Int(number / 64)] = 1 << UInt64(number % 64)
  }

  mutating func insert(_ service: String) { words |= ServiceBits(of: service).words }

  /// Whether all bits of `other` are among these.
  func contains(_ other: ServiceBits) -> Bool { words & other.words == other.words }
}

extension ServiceBits {
  /// The lowest number's bit is the lowest of the first byte.
  var bytes: [UInt8] { (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64($0 % 8 * 8)) } }

  /// - Precondition: at most `byteCount` bytes.
  init(bytes: ArraySlice<UInt8>) {
    for (number, byte) in bytes.enumerated() { words[number / 8] |= UInt64(byte) << UInt64(number % 8 * 8) }
  }
}
