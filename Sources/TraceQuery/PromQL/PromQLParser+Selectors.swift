import TraceModel

extension PromQLParser {
  /// `name{a="b", …}`, either of which may be missing.
  mutating func selector(named name: String?, at start: Int) throws(PromQLError) -> Part {
    guard selectors.count < QueryLimits.promQLSelectorsMax else {
      throw PromQLError(at: start, "the query has more than \(QueryLimits.promQLSelectorsMax) selectors")
    }
    var matchers: [PromQLMatcher] = []
    if let name { matchers.append(try matcher(MetricLabels.metricName, .equal, name, at: start)) }
    if try takes(sign: "{") {
      while token != .sign("}") {
        matchers.append(try matcher(afterName: name != nil))
        guard try takes(sign: ",") else { break }
      }
      try expect(sign: "}")
    }
    // As in Prometheus: what matches everything would answer with everything.
    if matchers.allSatisfy({ $0.matches("") }) {
      throw PromQLError(at: start, "a selector must contain at least one matcher that does not match the empty text")
    }
    selectors.append(PromQLSelector(matchers: matchers))
    return (.selector(selectors.count - 1), .vector)
  }

  private mutating func matcher(afterName isNamed: Bool) throws(PromQLError) -> PromQLMatcher {
    let start = position
    let label: String
    switch token {
    case .word(let word): label = word
    case .string(let text): label = text
    default: throw unexpected("a label's name")
    }
    try advance()
    if case .sign(let sign) = token, let sign = PromQLMatcher.Sign(rawValue: sign) {
      try advance()
      guard case .string(let value) = token else { throw unexpected("a text in quotes") }
      let valueStart = position
      try advance()
      if isNamed && label == MetricLabels.metricName {
        throw PromQLError(at: start, "the metric's name must not be set twice")
      }
      return try matcher(label, sign, value, at: valueStart)
    }
    // {"name"} is how Prometheus 3 writes a name that has other characters.
    throw unexpected("one of =, !=, =~ and !~")
  }

  private func matcher(
    _ name: String, _ sign: PromQLMatcher.Sign, _ value: String, at start: Int
  ) throws(PromQLError) -> PromQLMatcher {
    do throws(RegularExpressionError) {
      return try PromQLMatcher(name, sign, value)
    } catch {
      throw PromQLError(at: start, "error parsing regexp: \(error)")
    }
  }

  /// `(a, b)`.
  mutating func labelList() throws(PromQLError) -> [String] {
    try expect(sign: "(")
    var labels: [String] = []
    while token != .sign(")") {
      guard case .word(let label) = token else { throw unexpected("a label's name") }
      labels.append(label)
      try advance()
      guard try takes(sign: ",") else { break }
    }
    try expect(sign: ")")
    return labels
  }

  /// `[5m]` and `offset 1h`, behind a selector.
  mutating func withModifiers(_ part: Part) throws(PromQLError) -> Part {
    var part = part
    while true {
      let start = position
      if try takes(sign: "[") {
        guard case .selector(let number) = part.expression, part.kind == .vector, selectors[number].offset == 0 else {
          throw PromQLError(at: start, "subqueries are not supported: a range stands behind a selector")
        }
        let length = try length()
        if token != .sign("]") {
          throw PromQLError(at: position, "unexpected \(token), expected \"]\"; subqueries are not supported")
        }
        try advance()
        guard length > 0 else { throw PromQLError(at: start, "a range must be longer than 0") }
        selectors[number].range = length
        part.kind = .matrix
      } else if try takes(keyword: "offset") {
        guard case .selector(let number) = part.expression else {
          throw PromQLError(at: start, "offset must stand behind a selector")
        }
        let isNegative = try takes(sign: "-")
        guard let offset = Int64(exactly: try length()) else { throw PromQLError(at: start, "the offset is too long") }
        selectors[number].offset = isNegative ? -offset : offset
      } else if token == .sign("@") {
        throw PromQLError(at: start, "@ is not supported")
      } else {
        return part
      }
    }
  }

  /// In nanoseconds.
  private mutating func length() throws(PromQLError) -> UInt64 {
    switch token {
    case .duration(let length):
      try advance()
      return length.nanoseconds
    case .number(let seconds) where seconds >= 0 && seconds < 9e9:
      try advance()
      return UInt64(seconds * 1e9)
    default: throw unexpected("a duration such as 5m")
    }
  }
}
