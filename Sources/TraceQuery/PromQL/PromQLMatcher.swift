/// A condition on one label of a series.
package struct PromQLMatcher: Sendable {
  enum Sign: String, Sendable, CaseIterable {
    case equal = "="
    case unequal = "!="
    case like = "=~"
    case unlike = "!~"
  }

  let name: String
  let sign: Sign
  let value: String
  /// Of the whole value.
  private let pattern: RegularExpression?

  init(_ name: String, _ sign: Sign, _ value: String) throws(RegularExpressionError) {
    (self.name, self.sign, self.value) = (name, sign, value)
    pattern = sign == .like || sign == .unlike ? try RegularExpression(value) : nil
  }

  /// A label that is not there has an empty value.
  func matches(_ value: String) -> Bool {
    switch sign {
    case .equal: value == self.value
    case .unequal: value != self.value
    case .like: pattern?.matches(value) ?? false
    case .unlike: !(pattern?.matches(value) ?? true)
    }
  }
}

/// Which series are meant, and when.
package struct PromQLSelector: Sendable {
  package var matchers: [PromQLMatcher]
  /// Of a range; nil for what is at one moment.
  var range: Nanoseconds?
  /// How much earlier; negative for later.
  var offset: Int64 = 0

  typealias Nanoseconds = UInt64

  func includes(_ labels: MetricLabels) -> Bool {
    matchers.allSatisfy { $0.matches(labels[$0.name]) }
  }

  /// Whether a series may be meant, as far as all labels but these tell.
  func mayInclude(_ labels: MetricLabels, but unknown: [String]) -> Bool {
    matchers.allSatisfy { unknown.contains($0.name) || $0.matches(labels[$0.name]) }
  }

  func mayInclude(name: String) -> Bool {
    matchers.allSatisfy { $0.name != MetricLabels.metricName || $0.matches(name) }
  }
}
