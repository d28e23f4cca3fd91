import TraceModel

/// Adds up what figures say of some latencies over time: figures of their own for each column, and edges are drawn in each
/// as if there were no others. Of calls between services only those of the caller that is asked for are kept.
package struct LatencyTimeline {
  private let selection: LatencySelection
  private let columns: LatencyHeatMap.Columns
  private var keys: KeyTable
  private var senders: Set<UInt16> = []
  private var figures: [Int: Figures] = [:]
  /// Services some of whose requests stand for several, whenever.
  private var estimated: Set<NodeIdentity> = []
  private let limits: LinkingLimits

  /// - Parameter selection: of services' requests or of an edge; figures over time know nothing of span names.
  package init(
    _ selection: LatencySelection, _ columns: LatencyHeatMap.Columns, limits: LinkingLimits = LinkingLimits()
  ) {
    self.selection = selection
    self.columns = columns
    self.limits = limits
    keys = KeyTable(limits)
  }

  /// When the possible times of figures begin and end, to whole periods; nil if there are none.
  /// - Parameter minutes: of `SegmentAggregates`.
  package static func times(of minutes: [UInt8]) throws(CodingError) -> Range<Timestamp>? {
    var times: Range<Timestamp>?
    for section in try FigureReader.sections(of: minutes, hasSpanNames: false) {
      for period in try section.periods() where !period.isSpecial {
        let (start, end) = (period.start(section.granularity), period.end(section.granularity))
        times = min(times?.lowerBound ?? start, start)..<max(times?.upperBound ?? end, end)
      }
    }
    return times
  }

  /// Adds the minutes, or a correction, of a segment. A period longer than a column counts where it begins.
  /// - Throws: if the bytes are not what a fold wrote; then some of them may have been added.
  package mutating func add(_ bytes: [UInt8]) throws(CodingError) {
    for reader in try FigureReader.sections(of: bytes, hasSpanNames: false) {
      var translation = KeyTranslation(parties: reader.parties, names: reader.names)
      let (rows, cells) = try reader.rows()
      for (position, row) in rows.enumerated() { add(row, cells[position], reader.granularity, &translation) }
    }
  }

  /// Adds what joined spans say.
  /// - Precondition: minutes were told apart.
  package mutating func add(_ joined: Aggregates) {
    let cells = joined.figures.sortedCells()
    var translation = KeyTranslation(parties: joined.keys.parties, names: joined.keys.names)
    for (position, row) in joined.figures.rows.enumerated() {
      add(row, cells[position], joined.figures.granularity, &translation)
    }
  }

  private mutating func add(
    _ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>, _ granularity: Granularity,
    _ translation: inout KeyTranslation
  ) {
    let key = row.key
    if key.isService {
      senders.insert(translation.key(key.timeless, &keys).source)
      guard case .services = selection.subject else { return }
    } else if key.subject == .estimated {
      if row.spans > 0 { estimated.insert(translation.parties[Int(key.source)]) }
      return
    } else if key.subject.hasTarget && !key.subject.isTime {
      guard case .edge(let caller, _) = selection.subject else { return }
      let isBetweenServices = key.subject == .call || key.subject == .user
      if isBetweenServices && !translation.parties[Int(key.source)].isMeant(by: caller) { return }
    } else {
      return
    }
    guard !key.period.isSpecial, let column = columns.column(of: key.period.start(granularity)), !row.isZero else {
      return
    }
    let own = translation.key(key.timeless, &keys)
    figures[column, default: Figures(.whole, limits)].add(row, own, cells, weight: 1)
  }

  private struct Subject: Hashable {
    var identity: NodeIdentity
    var target: NodeIdentity?
    var kind: ServiceMap.EdgeKind?
  }

  /// What was added, the busiest first.
  package func series() -> [LatencyHeatMap.Series] {
    var found: [Subject: [Int: LatencyHistogram]] = [:]
    var estimated: Set<Subject> = []
    for (column, figures) in figures {
      for (subject, sum) in sums(figures) {
        let histogram = sum.sum.latency
        if histogram.count > 0 { found[subject, default: [:]][column] = histogram }
        if sum.isEstimated { estimated.insert(subject) }
      }
    }
    return found.map { subject, histograms in
      var whole = LatencyHistogram()
      for histogram in histograms.values { whole += histogram }
      let edge = subject.target.map { LatencySeries.Edge(caller: subject.identity.path, callee: $0.path) }
      return LatencyHeatMap.Series(
        whole: LatencySeries(
          service: edge == nil ? subject.identity.path : nil, edge: edge, outcome: selection.outcome, histogram: whole,
          isEstimated: estimated.contains(subject)),
        columns: histograms.sorted { $0.key < $1.key }.map {
          LatencyHeatMap.Column(start: columns.start(of: $0.key), $0.value)
        })
    }.sorted { ($1.whole.latency.count, $0.whole.order) < ($0.whole.latency.count, $1.whole.order) }
  }

  /// What was added of the requests that services served, by their names. Failed are those that ended in a fault.
  package func requests() -> [CallRates.Series] {
    var found: [String: CallRates.Series] = [:]
    for (column, figures) in figures {
      for (subject, sum) in sums(figures) where subject.target == nil {
        let outcomes = sum.sum.outcomes
        guard outcomes.total > 0 else { continue }
        let name = subject.identity.name
        found[name, default: CallRates.Series(service: name)].cells[column, default: CallRates.Cell()] +=
          CallRates.Cell(
            calls: outcomes.total, failed: outcomes.fault, latency: sum.sum.latency)
      }
    }
    return found.values.sorted { $0.service < $1.service }
  }

  /// What the figures of a column say of those who are asked for.
  private func sums(_ figures: Figures) -> [Subject: NodesAndEdges.Edge] {
    let cells = figures.sortedCells()
    var sums: [Subject: NodesAndEdges.Edge] = [:]
    guard case .edge(let caller, let callee) = selection.subject else {
      for (position, row) in figures.rows.enumerated() where row.key.isService {
        let service = keys.parties[Int(row.key.source)]
        sums[Subject(identity: service), default: NodesAndEdges.Edge()].sum.add(row, cells[position])
        sums[Subject(identity: service)]?.isEstimated = estimated.contains(service)
      }
      return sums
    }
    var drawing = EdgeDrawing(keys, senders)
    for (position, row) in figures.rows.enumerated() where row.key.subject.hasTarget {
      drawing.add(row, cells[position])
    }
    for (key, edge) in drawing.edges where key.source.isMeant(by: caller) && key.target.isMeant(by: callee) {
      sums[Subject(identity: key.source, target: key.target, kind: key.kind)] = edge
    }
    return sums
  }
}

extension LatencySeries {
  /// For an order that is always the same. An edge of two kinds is two series, which their latencies tell apart.
  fileprivate var order: String {
    (service ?? edge.map { "\($0.caller) \($0.callee)" } ?? "") + " \(latency.mean.nanoseconds)"
  }
}
