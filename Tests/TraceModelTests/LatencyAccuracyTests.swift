import Foundation
import Testing
import TraceModel

/// Quantiles against the exact ones, over latencies of the shapes that real services have.
@Suite struct LatencyAccuracyTests {
  enum Shape: String, CaseIterable {
    /// What a healthy service looks like: a median of 12 ms, and a tail of some hundred.
    case logNormal
    /// A cache that is hit nine times in ten.
    case bimodal
    /// Pareto with α = 1.1: a few spans of hours among milliseconds.
    case heavyTailed
    /// Retries after 200, 400 and 800 ms.
    case stepped
    /// In-process calls of some microseconds.
    case quick
    /// A timeout that everything runs into.
    case constant
    /// Batches: from microseconds to some minutes, as many of each doubling.
    case wide
  }

  private static let quantiles = [0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]

  @Test(arguments: Shape.allCases, UInt64(1)...5)
  func `quantiles are within 1.09 percent of exact ones, merged or not`(shape: Shape, seed: UInt64) {
    var random = Dice(seed: seed &* 7919)
    var values: [UInt64] = []
    var parts = [LatencyHistogram](repeating: LatencyHistogram(), count: 8)
    for number in 0..<50_000 {
      let value = Self.latency(shape, &random)
      values.append(value)
      parts[number % parts.count].record(Duration(nanoseconds: value))
    }
    let whole = parts.reduce(into: LatencyHistogram()) { $0 += $1 }
    values.sort()
    for quantile in Self.quantiles {
      let exact = Double(values[Int((quantile * Double(values.count)).rounded(.up)) - 1])
      let estimate = Double(whole.quantile(quantile).nanoseconds)
      #expect(
        abs(estimate - exact) <= exact * LatencyHistogram.errorBound + 0.5,
        "\(shape), seed \(seed), p\(quantile * 100): \(estimate) for \(exact)")
    }
    #expect(whole.max?.nanoseconds == values.last && whole.min?.nanoseconds == values.first)
    #expect(whole.quantile(1).nanoseconds == values.last)
  }

  @Test func `the bound that is stated is the one of the scale`() {
    let base = exp2(exp2(-Double(LatencyHistogram.scale)))
    let bound = (base - 1) / (base + 1)
    #expect(bound <= LatencyHistogram.errorBound && LatencyHistogram.errorBound < 0.011)
  }

  @Test func `durations of few nanoseconds are exact`() {
    for value in UInt64(0)...45 {
      var histogram = LatencyHistogram()
      for other in [value, 1 << 40] { histogram.record(Duration(nanoseconds: other)) }
      #expect(histogram.quantile(0.5).nanoseconds == value)
    }
  }

  private static func latency(_ shape: Shape, _ random: inout Dice) -> UInt64 {
    let nanoseconds: Double =
      switch shape {
      case .logNormal: 12e6 * exp(0.9 * random.normal())
      case .bimodal:
        random.uniform() < 0.9 ? 0.4e6 * exp(0.3 * random.normal()) : 80e6 * exp(0.4 * random.normal())
      case .heavyTailed: min(2e6 * pow(max(random.uniform(), 1e-12), -1 / 1.1), 4e12)
      case .stepped:
        [0.0, 200e6, 400e6, 800e6][Int(min(3, -log(max(random.uniform(), 1e-9))))] + 5e6 * exp(0.2 * random.normal())
      case .quick: 3e3 * exp(0.7 * random.normal())
      case .constant: 30_000_123_457
      case .wide: exp2(10 + 28 * random.uniform())
      }
    return UInt64(nanoseconds)
  }

  /// SplitMix64 (https://prng.di.unimi.it/splitmix64.c), and Box and Muller's bell.
  private struct Dice {
    private var state: UInt64

    init(seed: UInt64) {
      state = seed
    }

    mutating func uniform() -> Double {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }

    mutating func normal() -> Double {
      (-2 * log(max(uniform(), 1e-300))).squareRoot() * cos(2 * .pi * uniform())
    }
  }
}
