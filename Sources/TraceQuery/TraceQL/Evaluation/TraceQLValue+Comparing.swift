import TraceModel

extension TraceQLValue {
  /// Whether a comparison holds. It does not for values that cannot be compared, such as a text and a number, whatever the
  /// operator is; nor for anything absent. `= nil` is not this one's matter.
  /// - Parameter pattern: `right`, for `=~` and `!~`.
  func holds(_ sign: TraceQLOperator, _ right: TraceQLValue, _ pattern: RegularExpression? = nil) -> Bool {
    switch (self, right) {
    // Of two lists, neither is looked for in the other, which would take their product.
    case (.several, .several), (.several, .array), (.array, .several), (.array, .array): return false
    case (.several(let values), _): return values.contains { $0.holds(sign, right, pattern) }
    case (_, .several(let values)): return values.contains { holds(sign, $0, pattern) }
    case (.array(let values), _): return Self.isAny(values, sign) { $0.holds(sign, right, pattern) }
    case (_, .array(let values)): return Self.isAny(values, sign) { holds(sign, $0, pattern) }
    case (.string(let left), .string(let right)): return Self.holds(left, sign, right, pattern)
    case (.bool(let left), .bool(let right)): return sign.holds(isEqual: left == right)
    case (.status(let left), .status(let right)): return sign.holds(isEqual: left == right)
    case (.kind(let left), .kind(let right)): return sign.holds(isEqual: left == right)
    case (.outcome(let left), .outcome(let right)): return sign.holds(isEqual: left == right)
    default: return holds(sign, number: right)
    }
  }

  private static func isAny(_ values: [TraceQLValue], _ sign: TraceQLOperator, _ holds: (TraceQLValue) -> Bool) -> Bool
  {
    sign == .notEqual || sign == .matchesNot
      ? !values.isEmpty && values.allSatisfy(holds) : values.contains(where: holds)
  }

  private static func holds(
    _ left: String, _ sign: TraceQLOperator, _ right: String, _ pattern: RegularExpression?
  ) -> Bool {
    switch sign {
    case .matches: pattern?.matches(left) ?? false
    case .matchesNot: pattern.map { !$0.matches(left) } ?? false
    case .equal: left.hasSameBytes(as: right)
    case .notEqual: !left.hasSameBytes(as: right)
    default:
      if left.hasSameBytes(as: right) {
        sign == .lessOrEqual || sign == .greaterOrEqual
      } else {
        left.utf8.lexicographicallyPrecedes(right.utf8)
          ? sign == .less || sign == .lessOrEqual : sign == .greater || sign == .greaterOrEqual
      }
    }
  }

  private func holds(_ sign: TraceQLOperator, number right: TraceQLValue) -> Bool {
    switch (integer, right.integer) {
    case (let left?, let right?): return sign.holds(Order(left, right))
    case (let left?, nil):
      guard case .double(let right) = right else { return false }
      return sign.holds(Order(left, right))
    case (nil, let right?):
      guard case .double(let left) = self else { return false }
      return sign.mirrored.holds(Order(right, left))
    case (nil, nil):
      guard case .double(let left) = self, case .double(let right) = right else { return false }
      return sign.holds(Order(left, right))
    }
  }

  /// Of a whole number, or of nanoseconds.
  private var integer: Int64? {
    switch self {
    case .int(let number), .duration(let number): number
    default: nil
    }
  }

  /// How two numbers stand to each other.
  fileprivate enum Order {
    case less
    case equal
    case greater
    /// One of them is no number at all.
    case none

    init(_ left: Int64, _ right: Int64) {
      self = left < right ? .less : left > right ? .greater : .equal
    }

    init(_ left: Double, _ right: Double) {
      self = left < right ? .less : left > right ? .greater : left == right ? .equal : .none
    }

    /// Exact, also for integers that no double is.
    init(_ left: Int64, _ right: Double) {
      if right.isNaN {
        self = .none
      } else if let whole = Int64(exactly: right.rounded(.down)) {
        self = left < whole ? .less : left > whole ? .greater : Double(whole) < right ? .less : .equal
      } else {
        self = right > 0 ? .less : .greater
      }
    }
  }
}

extension TraceQLOperator {
  fileprivate func holds(isEqual: Bool) -> Bool {
    switch self {
    case .equal: isEqual
    case .notEqual: !isEqual
    default: false
    }
  }

  fileprivate func holds(_ order: TraceQLValue.Order) -> Bool {
    switch self {
    case .equal: order == .equal
    case .notEqual: order != .equal
    case .less: order == .less
    case .lessOrEqual: order == .less || order == .equal
    case .greater: order == .greater
    case .greaterOrEqual: order == .greater || order == .equal
    default: false
    }
  }
}
