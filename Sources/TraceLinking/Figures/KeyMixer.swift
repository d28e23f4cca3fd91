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

  func mix(_ number: UInt64) -> UInt64 { Self.fold(number ^ first, second | 1) }

  func mix(_ bytes: [UInt8]) -> UInt64 {
    var (mixed, word) = (first, UInt64(bytes.count))
    for (place, byte) in bytes.enumerated() {
      word = word << 8 | UInt64(byte)
      if place & 7 == 7 { (mixed, word) = (Self.fold(mixed ^ word, second | 1), 0) }
    }
    return Self.fold(mixed ^ word, second | 1)
  }

  func mix(_ traceID: TraceID) -> UInt64 { Self.fold(traceID.low ^ first, traceID.high ^ second) }

  func mix(_ traceID: TraceID, _ spanID: SpanID) -> UInt64 { Self.fold(mix(traceID) ^ second, spanID.rawValue ^ first) }

  /// Both halves of the product, so that every bit of either number counts.
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
