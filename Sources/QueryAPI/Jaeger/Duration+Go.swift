import TraceModel

extension Duration {
  /// Reads what Go's `time.ParseDuration` does (https://pkg.go.dev/time#ParseDuration), but nothing less than zero, and
  /// nothing longer than 292 years.
  init?(go text: String) {
    guard (1...64).contains(text.utf8.count) else { return nil }
    var rest = text[...]
    if rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" {
      self = .zero
      return
    }
    guard !rest.isEmpty else { return nil }
    var sum = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let word = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
      rest = rest.dropFirst(word.count)
      guard let number = Double(digits), let unit = Self.goUnits[String(word)] else { return nil }
      sum += number * unit
    }
    guard sum < 9.2e18 else { return nil }
    self.init(nanoseconds: UInt64(sum.rounded()))
  }

  /// The micro sign and the Greek letter both mean micro.
  private static let goUnits: [String: Double] = [
    "ns": 1, "us": 1e3, "\u{b5}s": 1e3, "\u{3bc}s": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
  ]
}
