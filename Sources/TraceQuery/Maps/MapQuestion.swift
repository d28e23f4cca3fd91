import TraceModel

/// Which map is wanted, beside its window.
package struct MapQuestion: Hashable, Sendable {
  /// Only traces that have a span for which this holds.
  private(set) var needle: SearchNeedle?
  /// The same in TraceQL, as it was asked.
  package private(set) var traceQL: String?
  /// The resource attribute whose value puts services together.
  package private(set) var groupBy: String?
  /// Only this node, those that call it and those that it calls, up to `depth` calls away: its name, `namespace/name` or
  /// ID. A queue or topic on the way is no call of its own.
  package private(set) var around: String?
  package private(set) var depth: Int
  /// Edges with a smaller share of all calls are left out, and nodes that lose all their edges so.
  package private(set) var shareMin: Double
  /// Nodes that are not wanted: names, `namespace/name`, IDs, or kinds.
  package private(set) var hidden: [String]

  /// The whole map.
  package static let whole = MapQuestion()

  private init() {
    (depth, shareMin, hidden) = (QueryLimits.mapDepthDefault, 0, [])
  }

  /// - Parameters:
  ///   - traceQL: conditions on one span, `{ … }`.
  ///   - depth: at least 1; nil for the usual one. It goes with `around` only.
  ///   - shareMin: from 0 to 1 (`share(_:)`).
  package init(
    traceQL: String? = nil, groupBy: String? = nil, around: String? = nil, depth: Int? = nil, shareMin: Double? = nil,
    hidden: [String] = []
  ) throws(QuestionError) {
    if let traceQL {
      let query: TraceQLQuery
      do { query = try TraceQLQuery(traceQL) } catch { throw .traceQL(error) }
      guard query.metrics == nil, query.pipeline.predicate != nil else { throw .severalSpans }
      needle = SearchNeedle(query.pipeline)
    }
    if let depth, depth < 1 || around == nil { throw .depth(depth < 1 ? depth : nil) }
    if let shareMin, !(0...1).contains(shareMin) { throw .share(String(shareMin)) }
    if let groupBy, groupBy.isEmpty || groupBy.utf8.count > QueryLimits.attributeKeyBytesMax {
      throw .attributeKey(groupBy)
    }
    if hidden.count > QueryLimits.hiddenMax { throw .hidden(hidden.count) }
    self.traceQL = traceQL
    self.groupBy = groupBy
    self.around = around
    self.depth = depth ?? QueryLimits.mapDepthDefault
    self.shareMin = shareMin ?? 0
    self.hidden = hidden
  }

  /// Reads `0.01` or `1%`; nil if the text is neither, or no part of a whole.
  package static func share(_ text: String) -> Double? {
    let isPercentage = text.hasSuffix("%")
    guard let number = Double(isPercentage ? text.dropLast() : text[...]) else { return nil }
    let share = isPercentage ? number / 100 : number
    return (0...1).contains(share) ? share : nil
  }
}
