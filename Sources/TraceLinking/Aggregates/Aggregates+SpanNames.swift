import TraceModel

extension Aggregates {
  /// The span names that are wanted, with their kinds, sorted, of all services that have them together. Costs no histogram.
  package func spanNames(_ choice: SpanNameChoice) -> [SpanNameKind] {
    var counts: [SpanNameKind: Int64] = [:]
    for row in figures.rows where row.key.isSpanName {
      let (name, service) = (keys.names[Int(row.key.name)], keys.parties[Int(row.key.source)])
      guard choice.includes(name, of: service) else { continue }
      counts[SpanNameKind(name: name, kind: SpanKind(rawValue: Int32(row.key.kind))), default: 0] &+= row.counts
        .wrappedSum()
    }
    return counts.filter { $0.value > 0 }.keys.sorted()
  }
}
