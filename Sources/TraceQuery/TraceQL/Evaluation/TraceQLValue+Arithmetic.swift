import Glibc

extension TraceQLValue {
  /// Of two integers, an integer, but for `^`; of anything else, a double, with durations in nanoseconds. Absent where one
  /// is no number, where integers are divided by zero, and where an integer would be too large.
  func combined(_ sign: TraceQLOperator, _ right: TraceQLValue) -> TraceQLValue {
    switch (self, right) {
    case (.several, .several), (.several, .array), (.array, .several), (.array, .array): return .absent
    case (.several(let values), _): return .several(values.map { $0.combined(sign, right) })
    case (_, .several(let values)): return .several(values.map { combined(sign, $0) })
    case (.array(let values), _): return .array(values.map { $0.combined(sign, right) })
    case (_, .array(let values)): return .array(values.map { combined(sign, $0) })
    case (.int(let left), .int(let right)) where sign != .power: return Self.integer(left, sign, right)
    default:
      guard let left = number, let right = right.number else { return .absent }
      return .double(Self.double(left, sign, right))
    }
  }

  private static func integer(_ left: Int64, _ sign: TraceQLOperator, _ right: Int64) -> TraceQLValue {
    let (result, overflow) =
      switch sign {
      case .add: left.addingReportingOverflow(right)
      case .subtract: left.subtractingReportingOverflow(right)
      case .multiply: left.multipliedReportingOverflow(by: right)
      case .divide: left.dividedReportingOverflow(by: right)
      case .remainder: left.remainderReportingOverflow(dividingBy: right)
      default: (0, true)
      }
    return overflow ? .absent : .int(result)
  }

  private static func double(_ left: Double, _ sign: TraceQLOperator, _ right: Double) -> Double {
    switch sign {
    case .add: left + right
    case .subtract: left - right
    case .multiply: left * right
    case .divide: left / right
    case .remainder: left.truncatingRemainder(dividingBy: right)
    default: pow(left, right)
    }
  }

  var opposite: TraceQLValue {
    switch self {
    case .int(let number): number == .min ? .absent : .int(-number)
    case .double(let number): .double(-number)
    case .duration(let nanoseconds): nanoseconds == .min ? .absent : .duration(nanoseconds: -nanoseconds)
    case .array(let values): .array(values.map(\.opposite))
    case .several(let values): .several(values.map(\.opposite))
    default: .absent
    }
  }

  /// Of a condition. Of several flags, whether any is false.
  var inverse: TraceQLValue {
    switch self {
    case .bool(let flag): .bool(!flag)
    case .array(let values), .several(let values): .bool(values.contains { $0.inverse.isTrue })
    default: .absent
    }
  }
}
