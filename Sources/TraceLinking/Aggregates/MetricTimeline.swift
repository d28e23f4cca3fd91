import TraceModel

/// Adds up the figures of edges over time, for some columns of time at once: edges are drawn in each as if there were no
/// others, but who is a service is told by all that was ever added or named in `services`.
package struct MetricTimeline {
  private let columns: LatencyHeatMap.Columns
  private let chosen: Range<Int>
  private let limits: LinkingLimits
  private var keys: KeyTable
  private var senders: Set<UInt16> = []
  private var figures: [Int: Figures] = [:]

  /// - Parameters:
  ///   - chosen: of which columns figures are kept; the others' are left out.
  ///   - services: whose rows may lie in what is not added here.
  package init(
    _ columns: LatencyHeatMap.Columns, _ chosen: Range<Int>, services: Set<TraceMetrics.Service>,
    limits: LinkingLimits = LinkingLimits()
  ) {
    self.columns = columns
    self.chosen = chosen
    self.limits = limits
    keys = KeyTable(limits)
    for service in services {
      senders.insert(keys.number(ofService: .service(name: service.name, namespace: service.namespace)))
    }
  }

  /// Adds the minutes, or a correction, of a segment. A period longer than a column counts where it begins.
  /// - Throws: if the bytes are not what a fold wrote; then some of them may have been added.
  package mutating func add(_ bytes: [UInt8]) throws(CodingError) {
    for reader in try FigureReader.sections(of: bytes, hasSpanNames: false) {
      var translation = KeyTranslation(parties: reader.parties, names: reader.names)
      let (rows, cells) = try reader.rows()
      for (position, row) in rows.enumerated() {
        if row.key.isService { senders.insert(translation.key(row.key.timeless, &keys).source) }
        guard !row.key.period.isSpecial, !row.isZero,
          let column = columns.column(of: row.key.period.start(reader.granularity)), chosen.contains(column)
        else { continue }
        let own = translation.key(row.key.timeless, &keys)
        figures[column, default: Figures(.whole, limits)].add(row, own, cells[position], weight: 1)
      }
    }
  }

  /// What was added, by column; figures of spans by name are not among them.
  package func metrics() -> [Int: TraceMetrics] {
    figures.mapValues { figures in
      var figures = figures
      for sender in senders { figures.know(sender) }
      return Aggregates(keys: keys, figures: figures).metrics()
    }
  }
}
