// Figures over time, and hints.
extension TraceQLParser {
  static let metricsFunctions = [
    "rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time",
    "quantile_over_time", "histogram_over_time", "compare",
  ]

  /// The metrics function that comes next.
  var metricsFunction: String? {
    if case .word(let word) = token, Self.metricsFunctions.contains(word) { word } else { nil }
  }

  mutating func metrics(_ word: String) throws(TraceQLError) -> TraceQLMetrics {
    var metrics = TraceQLMetrics(try function(word))
    if token == .word("by") {
      if word == "compare" { throw TraceQLError(at: position, "compare(…) takes no by(…): it tells of all attributes") }
      try open("by")
      metrics.by = try list { (parser) throws(TraceQLError) in try parser.field() }
    }
    metrics.stages = try secondStages()
    return metrics
  }

  private mutating func function(_ word: String) throws(TraceQLError) -> TraceQLMetricsFunction {
    try open(word)
    switch word {
    case "rate", "count_over_time":
      try expect(")", "\(word)() takes nothing: it counts spans")
      return word == "rate" ? .rate : .countOverTime
    case "compare": return .compare(try comparison())
    default: break
    }
    let start = position
    let field = try field()
    guard field.type.mayBeNumeric else {
      throw TraceQLError(
        at: start, "\(word)(…) takes a number or a duration, and \(field) is \(field.type.name)")
    }
    if word == "quantile_over_time" {
      try expect(",", "as in quantile_over_time(\(field), 0.5, 0.99)")
      return .quantileOverTime(field, try list { (parser) throws(TraceQLError) in try parser.quantile() })
    }
    try expect(")", "as in \(word)(\(field))")
    return switch word {
    case "min_over_time": .minOverTime(field)
    case "max_over_time": .maxOverTime(field)
    case "avg_over_time": .avgOverTime(field)
    case "sum_over_time": .sumOverTime(field)
    default: .histogramOverTime(field)
    }
  }

  private mutating func quantile() throws(TraceQLError) -> Double {
    let start = position
    let quantile: Double? =
      switch token {
      case .double(let number): number
      case .int(let number): Double(number)
      default: nil
      }
    guard let quantile, (0...1).contains(quantile) else {
      throw TraceQLError(at: start, "expected a quantile from 0 to 1, for example 0.99, and found \(token.name)")
    }
    try advance()
    return quantile
  }

  private mutating func comparison() throws(TraceQLError) -> TraceQLComparison {
    var comparison = TraceQLComparison(try nested { (parser) throws(TraceQLError) in try parser.filter() })
    if token == .sign(",") {
      try advance()
      comparison.valuesMax = Int(clamping: try count("how many values of each attribute are told"))
    }
    if token == .sign(",") {
      try advance()
      let start = try count("the start in nanoseconds since 1970")
      try expect(",", "and the end")
      let endPosition = position
      let end = try count("the end in nanoseconds since 1970")
      guard start <= end else { throw TraceQLError(at: endPosition, "the end lies before the start") }
      comparison.window = start..<end
    }
    try expect(")", "as in compare({ status = error }, 10)")
    return comparison
  }

  /// A whole number from 1 on.
  private mutating func count(_ what: String) throws(TraceQLError) -> UInt64 {
    guard case .int(let number) = token, number > 0 else {
      throw TraceQLError(at: position, "expected a whole number from 1 on, \(what), and found \(token.name)")
    }
    try advance()
    return number
  }

  /// With `|` in front of `topk` and `bottomk`, and optionally of comparisons.
  private mutating func secondStages() throws(TraceQLError) -> [TraceQLSecondStage] {
    var stages: [TraceQLSecondStage] = []
    while true {
      guard stages.count < QueryLimits.questionStagesMax else {
        throw TraceQLError(at: position, "more than \(QueryLimits.questionStagesMax) stages behind one another")
      }
      let hasPipe = token == .sign("|")
      if hasPipe { try advance() }
      if case .sign(let sign) = token, let comparison = TraceQLOperator(rawValue: sign), comparison.isComparison,
        !comparison.isPattern
      {
        try advance()
        let isNegative = token == .sign("-")
        if isNegative { try advance() }
        guard let number = try number(isNegative: isNegative) else {
          throw misplaced(orEnd: "a number or a duration, for example \(sign) 10,")
        }
        stages.append(.comparison(comparison, number))
      } else if hasPipe {
        guard case .word(let word) = token, word == "topk" || word == "bottomk" else { throw noSecondStage() }
        try open(word)
        let limit = Int(clamping: try count("how many series are kept"))
        try expect(")", "as in \(word)(5)")
        stages.append(word == "topk" ? .topk(limit) : .bottomk(limit))
      } else {
        return stages
      }
    }
  }

  /// `with(name=value, …)`
  mutating func hints() throws(TraceQLError) -> [TraceQLHint] {
    try open("with")
    return try list { (parser) throws(TraceQLError) in
      guard case .word(let name) = parser.token else {
        throw parser.misplaced(orEnd: "a hint, as in with(sample=true),")
      }
      try parser.advance()
      try parser.expect("=", "and a value, as in \(name)=true")
      let start = parser.position
      let value = try parser.expression(level: TraceQLExpression.Level.sum)
      guard case .literal(let literal) = value.expression else {
        throw TraceQLError(at: start, "expected a value, as in \(name)=true")
      }
      return TraceQLHint(name, literal)
    }
  }
}
