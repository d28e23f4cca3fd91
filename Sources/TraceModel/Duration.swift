/// A length of time in whole nanoseconds, never negative: a span that ends before it starts lasts zero and is counted
/// as skewed.
package struct Duration: Hashable, Comparable, Sendable {
  package var nanoseconds: UInt64

  @inlinable package init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  package static let zero = Duration(nanoseconds: 0)

  package static func milliseconds(_ count: UInt64) -> Duration { Duration(nanoseconds: count * 1_000_000) }

  package static func seconds(_ count: UInt64) -> Duration { Duration(nanoseconds: count * 1_000_000_000) }

  package static func < (left: Duration, right: Duration) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration: CustomStringConvertible {
  /// For people: three significant digits and the unit that keeps them short: `870ns`, `1.25ms`, `12.3s`, `2h05m`.
  package var description: String {
    switch nanoseconds {
    case ..<1_000: "\(nanoseconds)ns"
    case ..<999_500: Self.threeDigits(nanoseconds, per: 1_000) + "µs"
    case ..<999_500_000: Self.threeDigits(nanoseconds, per: 1_000_000) + "ms"
    case ..<59_950_000_000: Self.threeDigits(nanoseconds, per: 1_000_000_000) + "s"
    case ..<3_599_500_000_000: Self.pair((nanoseconds + 500_000_000) / 1_000_000_000, "m", "s")
    default: Self.pair(nanoseconds / 60_000_000_000, "h", "m")
    }
  }

  private static func pair(_ count: UInt64, _ major: String, _ minor: String) -> String {
    "\(count / 60)\(major)\(count % 60 < 10 ? "0" : "")\(count % 60)\(minor)"
  }

  private static func threeDigits(_ value: UInt64, per unit: UInt64) -> String {
    // As many decimals as three digits leave room for, rounded once.
    let decimals = value < unit * 10 - unit / 200 ? 2 : value < unit * 100 - unit / 20 ? 1 : 0
    let scale: UInt64 = [1, 10, 100][decimals]
    let step = unit / scale
    let (whole, fraction) = ((value + step / 2) / step).quotientAndRemainder(dividingBy: scale)
    guard fraction > 0 else { return "\(whole)" }
    let digits = String(scale + fraction).dropFirst()
    return "\(whole)." + (digits.last == "0" ? digits.dropLast() : digits)
  }
}
