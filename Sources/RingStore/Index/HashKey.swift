import TraceModel

/// The ring's secret key, and SipHash-1-3 with it (https://www.aumasson.jp/siphash/siphash.pdf) over a trace ID: the
/// trace's fingerprint, which indexes and filters hold.
struct HashKey: Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  func fingerprint(of traceID: TraceID) -> UInt64 {
    var state = SipState(key0: high, key1: low)
    state.absorb(traceID.high)
    state.absorb(traceID.low)
    state.absorb(16 << 56)  // the message's length, as the hash demands
    return state.finish()
  }

  private struct SipState {
    var v0, v1, v2, v3: UInt64

    init(key0: UInt64, key1: UInt64) {
      v0 = key0 ^ 0x736f_6d65_7073_6575
      v1 = key1 ^ 0x646f_7261_6e64_6f6d
      v2 = key0 ^ 0x6c79_6765_6e65_7261
      v3 = key1 ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      v0 ^= word
    }

    mutating func finish() -> UInt64 {
      v2 ^= 0xff
      for _ in 0..<3 { round() }
      return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
      v0 &+= v1
      v1 = Self.rotated(v1, 13) ^ v0
      v0 = Self.rotated(v0, 32)
      v2 &+= v3
      v3 = Self.rotated(v3, 16) ^ v2
      v0 &+= v3
      v3 = Self.rotated(v3, 21) ^ v0
      v2 &+= v1
      v1 = Self.rotated(v1, 17) ^ v2
      v2 = Self.rotated(v2, 32)
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
  }
}
