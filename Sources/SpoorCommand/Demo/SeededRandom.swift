import Glibc

/// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same numbers for the same seed, on every machine.
struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Never zero, as an ID of OpenTelemetry must be.
  mutating func nonZero() -> UInt64 {
    while true {
      let number = next()
      if number != 0 { return number }
    }
  }

  /// From 0 up to but without 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func isTrue(oneIn count: Int) -> Bool { below(count) == 0 }

  /// Lognormal, as latencies are: half of the values lie below `median`; the larger the spread, the longer the tail.
  mutating func latency(median: Double, spread: Double) -> Double {
    // Box and Muller; 1 - unit() is never 0.
    let normal = (-2 * log(1 - unit())).squareRoot() * cos(2 * Double.pi * unit())
    return median * exp(spread * normal)
  }
}
