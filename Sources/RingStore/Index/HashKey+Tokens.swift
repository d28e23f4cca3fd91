// What attribute filters hold of a span's attributes: a keyed hash of a value's canonical bytes, whatever its key, and
// one of each key. A double that is a whole number has that number's token, and a list those of its elements. Strings of
// more than `Limits.tokenByteCountMax` bytes, bools, other doubles and what is nested deeper have none: a filter says
// nothing of them. No token is zero.
extension HashKey {
  /// Of a string value, by its UTF-8; nil if it is too long to have one.
  func token(ofText text: String) -> UInt64? {
    guard text.utf8.count <= Limits.tokenByteCountMax else { return nil }
    return Self.hash(Array(text.utf8), FastHash(self), Self.textSeed)
  }

  /// Of an integer value.
  func token(ofInt number: Int64) -> UInt64 { Self.token(ofInt: number, FastHash(self)) }

  /// Of an attribute's key.
  func token(ofKey key: String) -> UInt64 { Self.hash(Array(key.utf8), FastHash(self), Self.keySeed) }

  static let textSeed: UInt64 = 1
  static let keySeed: UInt64 = 2
  static let intSeed: UInt64 = 3

  @inline(__always) static func token(ofInt number: Int64, _ hash: FastHash) -> UInt64 {
    max(1, hash.hash(intSeed, UInt64(bitPattern: number)))
  }

  private static func hash(_ bytes: [UInt8], _ hash: FastHash, _ seed: UInt64) -> UInt64 {
    max(1, unsafe bytes.withUnsafeBytes { unsafe hash.hash($0, seed: seed) })
  }
}
