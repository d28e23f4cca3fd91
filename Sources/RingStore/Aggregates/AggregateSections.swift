import TraceModel

/// What a fold said of a segment, as sections of its footer. The ring looks into none of them but the table that says which
/// correction is for which segment.
struct AggregateSections: Equatable, Sendable {
  let totals: [UInt8]
  let minutes: [UInt8]
  /// Fingerprints of traces, rising.
  let unresolved: [UInt64]
  let corrections: [UInt8]

  /// What the sections lose at most to whole pages, and to the table in front of the corrections.
  static let overheadByteCount = 5 * Limits.pageByteCount

  init(_ aggregates: SegmentAggregates, key: HashKey) {
    totals = aggregates.totals
    minutes = aggregates.minutes
    unresolved = aggregates.unresolved.map { key.fingerprint(of: $0) }.sorted()
    corrections = Corrections(aggregates.corrections).encoded()
  }

  /// In the footer, where each takes whole pages.
  var byteCount: Int {
    [totals.count, minutes.count, 8 * unresolved.count, corrections.count].reduce(0) { $0 + $1.roundedUpToPage }
  }
}

extension FooterDraft {
  mutating func append(_ aggregates: AggregateSections) {
    append(.totals) { _ in aggregates.totals }
    append(.minutes) { _ in aggregates.minutes }
    append(.unresolved, .numbers(width: 8)) { _ in ColumnBytes.encode(aggregates.unresolved) { $0 } }
    append(.corrections) { _ in aggregates.corrections }
  }
}
