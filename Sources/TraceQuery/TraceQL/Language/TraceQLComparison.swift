/// `compare({ … }, topN, start, end)`: how the spans for which something holds differ from the others by the values of their
/// attributes.
package struct TraceQLComparison: Hashable, Sendable {
  package var selection: TraceQLExpression
  /// How many values of each attribute are told, at least 1.
  package var valuesMax: Int
  /// Unix nanoseconds between which spans are of the selection at all; nil for the whole window.
  package var window: Range<UInt64>?

  package static let valuesMaxDefault = 10

  package init(_ selection: TraceQLExpression, valuesMax: Int = valuesMaxDefault, window: Range<UInt64>? = nil) {
    self.selection = selection
    self.valuesMax = valuesMax
    self.window = window
  }
}

extension TraceQLComparison: CustomStringConvertible {
  package var description: String {
    var text = "compare(\(TraceQLSpansets.filter(selection)), \(valuesMax)"
    if let window { text += ", \(window.lowerBound), \(window.upperBound)" }
    return text + ")"
  }
}
