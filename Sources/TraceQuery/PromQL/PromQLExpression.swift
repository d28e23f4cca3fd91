/// A query in PromQL, or a part of one.
indirect enum PromQLExpression: Sendable {
  case number(Double)
  case string(String)
  /// The number of a selector of the query.
  case selector(Int)
  case call(PromQLFunction, [PromQLExpression])
  case aggregate(PromQLAggregation, of: PromQLExpression)
  case binary(PromQLOperation, PromQLExpression, PromQLExpression)
  case negative(PromQLExpression)

  /// What a part comes to.
  enum Kind: String, Sendable {
    case scalar
    case string
    case vector = "instant vector"
    case matrix = "range vector"
  }
}

/// `sum by (a) (…)` and the like.
struct PromQLAggregation: Sendable {
  enum Operator: String, Sendable, CaseIterable {
    case sum, avg, min, max, count, group, topk, bottomk

    var hasParameter: Bool { self == .topk || self == .bottomk }
  }

  var operation: Operator
  /// How many, of `topk` and `bottomk`.
  var parameter: PromQLExpression?
  var grouping: [String]
  /// Whether `grouping` says what is left out.
  var isWithout: Bool

  func group(of labels: MetricLabels) -> MetricLabels {
    isWithout ? labels.nameless.dropping(grouping) : labels.keeping(grouping)
  }
}

/// An operator between two parts, with what says which series belong together.
struct PromQLOperation: Sendable {
  enum Operator: String, Sendable, CaseIterable {
    case power = "^"
    case times = "*"
    case over = "/"
    case modulo = "%"
    case plus = "+"
    case minus = "-"
    case equal = "=="
    case unequal = "!="
    case lessOrEqual = "<="
    case greaterOrEqual = ">="
    case less = "<"
    case greater = ">"
    case and, unless, or

    /// The higher, the sooner.
    var rank: Int {
      switch self {
      case .or: 1
      case .and, .unless: 2
      case .equal, .unequal, .lessOrEqual, .greaterOrEqual, .less, .greater: 3
      case .plus, .minus: 4
      case .times, .over, .modulo: 5
      case .power: 6
      }
    }

    var isComparison: Bool { rank == 3 }
    /// Whether it is between sets of series.
    var isOfSets: Bool { rank < 3 }
  }

  enum Side: Sendable {
    case one, left, right
  }

  var operation: Operator
  /// Whether a comparison comes to 1 or 0 and not to what compares.
  var isBool = false
  /// The labels that have to be the same, or those that need not.
  var labels: [String] = []
  var isOn = false
  /// On which side several series may belong to one of the other.
  var many = Side.one
  /// Labels that the result takes from that one.
  var included: [String] = []

  func signature(of labels: MetricLabels) -> MetricLabels {
    isOn ? labels.keeping(self.labels) : labels.nameless.dropping(self.labels)
  }
}
