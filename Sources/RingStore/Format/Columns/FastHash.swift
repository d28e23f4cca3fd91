/// A keyed hash of bytes for tables and tokens: wyhash's final version 4 with secrets made from the ring's key. A few
/// nanoseconds for an attribute's value, where SipHash takes as many tens; whoever does not know the key cannot choose
/// values that collide.
struct FastHash {
  private let first, second, third, fourth: UInt64

  init(_ key: HashKey) {
    first = key.high ^ 0xa076_1d64_78bd_642f
    second = key.low ^ 0xe703_7ed1_a0b4_28db
    third = Self.fold(first, second)
    fourth = Self.fold(third ^ 0x8ebc_6af0_9c88_c6e3, second ^ 0x5899_65cc_7537_4cc3)
  }

  /// Both halves of the product in one.
  @inline(__always) static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }

  @inline(__always) func hash(_ high: UInt64, _ low: UInt64) -> UInt64 {
    Self.fold(Self.fold(high ^ first, low ^ second) ^ third, fourth)
  }

  /// Of a number that is random unless somebody has chosen it.
  @inline(__always) func hash(_ word: UInt64) -> UInt64 { Self.fold(word ^ first, second) }

  /// - Parameter seed: tells kinds of things apart.
  @inline(__always) func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    func half(_ offset: Int) -> UInt64 {
      UInt64(UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    let count = bytes.count
    var state = seed ^ third
    var (left, right): (UInt64, UInt64) = (0, 0)
    if count > 16 {
      var offset = 0
      while count &- offset > 16 {
        state = Self.fold(word(offset) ^ second, word(offset &+ 8) ^ state)
        offset &+= 16
      }
      (left, right) = (word(count - 16), word(count - 8))
    } else if count >= 4 {
      let step = (count >> 3) << 2
      left = half(0) << 32 | half(step)
      right = half(count - 4) << 32 | half(count - 4 - step)
    } else if count > 0 {
      left = UInt64(unsafe bytes[0]) << 16 | UInt64(unsafe bytes[count >> 1]) << 8 | UInt64(unsafe bytes[count - 1])
    }
    let (high, low) = (left ^ second).multipliedFullWidth(by: right ^ state)
    return Self.fold(low ^ first ^ UInt64(count), high ^ fourth)
  }
}
