/// A line of the report: which part, what, how much, in which unit.
struct Figure {
  var part: String
  var name: String
  var value: Double
  var unit: String

  func report() {
    let text = value < 10 ? "\((value * 100).rounded() / 100)" : "\((value * 10).rounded() / 10)"
    Output.standard.line("\(part)\t\(name)\t\(text)\t\(unit)")
  }
}

extension [Double] {
  /// The value that this share of all values does not exceed.
  func quantile(_ share: Double) -> Double {
    let sorted = sorted()
    return sorted.isEmpty ? 0 : sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }

  func reportQuantiles(_ part: String, _ name: String, unit: String) {
    Figure(part: part, name: "\(name), p50", value: quantile(0.5), unit: unit).report()
    Figure(part: part, name: "\(name), p99", value: quantile(0.99), unit: unit).report()
  }
}
