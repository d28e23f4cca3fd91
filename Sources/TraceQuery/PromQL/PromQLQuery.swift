/// A question in a part of PromQL (https://prometheus.io/docs/prometheus/latest/querying/basics/): selectors with all
/// matchers, ranges and `offset`; `rate` and `increase`; the functions of `PromQLFunction`; aggregations; operators
/// between numbers and series, with `bool`, `on`, `ignoring`, `group_left` and `group_right`. What else Prometheus has is
/// refused by name.
package struct PromQLQuery: Sendable {
  let root: PromQLExpression
  let kind: PromQLExpression.Kind
  let selectors: [PromQLSelector]

  /// - Throws: if it cannot be read, has more than `QueryLimits.promQLBytesMax` bytes, `promQLPartsMax` parts or
  ///   `promQLSelectorsMax` selectors, or is nested deeper than `questionDepthMax`.
  package init(_ text: String) throws(PromQLError) {
    var parser = try PromQLParser(text)
    (root, kind) = try parser.query()
    selectors = parser.selectors
  }
}

extension PromQLSelector {
  /// A selector alone, as `match[]` has it.
  package init(_ text: String) throws(PromQLError) {
    var parser = try PromQLParser(text)
    self = try parser.selectorAlone()
  }
}
