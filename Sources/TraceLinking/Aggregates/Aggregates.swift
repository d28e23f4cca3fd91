import TraceModel

/// What spans say when they are joined, with the names of what they say it about: of one segment, of several together, or
/// of a window. Adds and subtracts exactly, so a sum over segments is right whatever order it is made in. Times are told
/// apart only as possible and impossible ones. `Aggregates+Answers` makes of it what people ask for.
package struct Aggregates {
  var keys: KeyTable
  var figures: Figures

  /// - Precondition: the granularity of the figures is `whole`.
  init(keys: KeyTable, figures: Figures) {
    self.keys = keys
    self.figures = figures
  }

  /// Nothing.
  package init(limits: LinkingLimits = LinkingLimits()) {
    self.init(keys: KeyTable(limits), figures: Figures(.whole, limits))
  }

  package static func += (sum: inout Aggregates, more: Aggregates) { sum.add(more, weight: 1) }

  /// Takes away what was added: counts, sums and buckets are then as if it had never been there. The extremes are only
  /// within the bounds of their buckets.
  package static func -= (rest: inout Aggregates, less: Aggregates) { rest.add(less, weight: -1) }

  private mutating func add(_ more: Aggregates, weight: Int64) {
    let cells = more.figures.sortedCells()
    var translation = KeyTranslation(parties: more.keys.parties, names: more.keys.names)
    for (position, row) in more.figures.rows.enumerated() {
      let key = translation.key(row.key, &keys)
      figures.add(row, key, cells[position], weight: weight)
    }
  }

  /// Takes note that a service sends spans, if only outside of the window.
  mutating func know(_ service: NodeIdentity) {
    figures.know(keys.number(ofService: service))
  }
}
