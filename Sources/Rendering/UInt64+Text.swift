extension UInt64 {
  /// With commas: `12,345`.
  var grouped: String {
    let digits = String(self)
    var text = ""
    for (position, digit) in digits.enumerated() {
      if position > 0 && (digits.utf8.count - position) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// Exact below 10,000, else three significant digits: `9,999`, `12.3k`, `1.23M`.
  var short: String {
    if self < 10_000 { return grouped }
    var scaled = Double(self)
    for unit in ["k", "M", "G", "T", "P", "E"] {
      scaled /= 1000
      if scaled < 999.5 { return Self.threeDigits(scaled) + unit }
    }
    return grouped
  }

  /// The number and its noun: `1 call`, `12.3k calls`.
  func short(_ noun: String) -> String { "\(short) \(noun)\(self == 1 ? "" : "s")" }

  func grouped(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }

  private static func threeDigits(_ value: Double) -> String {
    let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    let unit = [1, 10, 100][decimals]
    let (whole, fraction) = Int((value * Double(unit)).rounded()).quotientAndRemainder(dividingBy: unit)
    if fraction == 0 { return "\(whole)" }
    var digits = String(fraction)
    while digits.utf8.count < decimals { digits = "0" + digits }
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
