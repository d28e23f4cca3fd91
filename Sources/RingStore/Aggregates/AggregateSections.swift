import TraceModel

/// What a fold said of a segment, as sections of its footer. The ring looks into none of them but the table that says which
/// correction is for which segment.
struct AggregateSections: Equatable, Sendable {
  let totals: [UInt8]
  let minutes: [UInt8]
  /// Fingerprints of traces, rising.
  let unresolved: [UInt64]
  let corrections: [UInt8]

  /// What the sections take at most besides the aggregates themselves: the table in front of the corrections, and the
  /// rest of the last page.
  static let overheadByteCount = 2 * Limits.pageByteCount

  init(_ aggregates: SegmentAggregates, key: HashKey) {
    totals = aggregates.totals
    minutes = aggregates.minutes
    unresolved = aggregates.unresolved.map { key.fingerprint(of: $0) }.sorted()
    corrections = Corrections(aggregates.corrections).encoded()
  }

  /// In the footer.
  var byteCount: Int {
    (totals.count + minutes.count + 8 * unresolved.count + corrections.count).roundedUpToPage
  }
}

extension FooterDraft {
  mutating func append(_ aggregates: AggregateSections) {
    append(together: [
      (.totals, .verbatim, aggregates.totals), (.minutes, .verbatim, aggregates.minutes),
      (.unresolved, .numbers(width: 8), ColumnBytes.encode(aggregates.unresolved) { $0 }),
      (.corrections, .verbatim, aggregates.corrections),
    ])
  }
}
