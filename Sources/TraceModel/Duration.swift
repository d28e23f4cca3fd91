/// A length of time in whole nanoseconds, never negative: a span that ends before it starts lasts zero and is counted
/// as skewed.
package struct Duration: Hashable, Comparable, Sendable {
  package var nanoseconds: UInt64

  package init(nanoseconds: UInt64) {
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
    // Work in hundredths of the unit; round to the digits that are shown.
    let hundredths = value / (unit / 100) + (value % (unit / 100) * 2 >= unit / 100 ? 1 : 0)
    if hundredths < 1000 {
      let fraction = hundredths % 100
      if fraction == 0 { return "\(hundredths / 100)" }
      let digits = (fraction < 10 ? "0" : "") + String(fraction)
      return "\(hundredths / 100)." + (digits.hasSuffix("0") ? String(digits.dropLast()) : digits)
    }
    let tenths = (hundredths + 5) / 10
    if tenths < 1000 { return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)" }
    return "\((tenths + 5) / 10)"
  }
}
