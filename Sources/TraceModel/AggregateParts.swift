/// Which fields of `SegmentAggregates` are asked for, so that nothing else has to be read. The others are empty.
package struct AggregateParts: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) {
    self.rawValue = rawValue
  }

  package static let totals = AggregateParts(rawValue: 1)
  package static let minutes = AggregateParts(rawValue: 2)
  package static let corrections = AggregateParts(rawValue: 4)
}
