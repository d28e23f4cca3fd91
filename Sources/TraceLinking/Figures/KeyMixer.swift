import TraceModel

/// Scatters numbers that strangers choose, such as IDs, over tables. Keyed, so that nobody outside can choose numbers
/// that all fall on one place; nothing that is answered or stored depends on the key.
struct KeyMixer {
  private let first: UInt64
  private let second: UInt64

  init() {
    // The standard library seeds its hasher anew in every process.
    (first, second) = (Self.word(1), Self.word(2))
  }

  private static func word(_ number: UInt64) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(number)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  @inline(__always) func mix(_ number: UInt64) -> UInt64 { Self.fold(number ^ first, second | 1) }

  /// Of two words a time.
  @inline(__always) func mix(_ key: WordKey) -> UInt64 {
    var (mixed, place) = (first ^ UInt64(key.count), 0)
    while place + 1 < key.count {
      mixed = Self.fold(mixed ^ key[place], key[place + 1] ^ second)
      place += 2
    }
    return place < key.count ? Self.fold(mixed ^ key[place], second | 1) : mixed
  }

  @inline(__always) func mix(_ traceID: TraceID) -> UInt64 { Self.fold(traceID.low ^ first, traceID.high ^ second) }

  @inline(__always) func mix(_ traceID: TraceID, _ spanID: SpanID) -> UInt64 {
    Self.fold(mix(traceID) ^ second, spanID.rawValue ^ first)
  }

  /// Both halves of the product, so that every bit of either number counts.
  @inline(__always) private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
