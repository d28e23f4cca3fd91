/// Takes numbers in and tells a figure of them. What is no number, NaN among it, is passed over.
struct AggregateFigure {
  private var count = 0
  /// Exact while all are integers or all are durations; nil once they are not, or the sum is too large.
  private var total: Int64? = 0
  private var sum = 0.0
  private var areDurations = true
  private var areIntegers = true
  private var least = TraceQLValue.absent
  private var most = TraceQLValue.absent

  mutating func add(_ value: TraceQLValue) {
    guard let number = value.number, !number.isNaN else { return }
    count += 1
    sum += number
    switch value {
    case .int(let number): take(number, isDuration: false)
    case .duration(let nanoseconds): take(nanoseconds, isDuration: true)
    default: (areDurations, areIntegers) = (false, false)
    }
    if count == 1 || value.holds(.less, least) { least = value }
    if count == 1 || value.holds(.greater, most) { most = value }
  }

  private mutating func take(_ number: Int64, isDuration: Bool) {
    if isDuration { areIntegers = false } else { areDurations = false }
    total = total.flatMap { total in
      let (sum, overflow) = total.addingReportingOverflow(number)
      return overflow ? nil : sum
    }
  }

  /// Absent where there was no number. An average of durations is one, in whole nanoseconds.
  func value(of aggregate: TraceQLAggregate) -> TraceQLValue {
    if count == 0 { return .absent }
    switch aggregate {
    case .count: return .int(Int64(count))
    case .min: return least
    case .max: return most
    case .sum:
      guard let total, areDurations || areIntegers else { return .double(sum) }
      return areDurations ? .duration(nanoseconds: total) : .int(total)
    case .avg:
      guard let total, areDurations else { return .double(sum / Double(count)) }
      return .duration(nanoseconds: total / Int64(count))
    }
  }
}
