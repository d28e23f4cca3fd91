import TraceModel

// The latencies that people ask for. Lists are in a fixed order.

extension Aggregates {
  /// What was selected, as far as figures tell it. Services' requests and edges are not told apart by outcome here: for
  /// that, spans of the others are left out when they are joined (`CallGraph.init`).
  package func latencies(_ selection: LatencySelection) -> [LatencySeries] {
    if selection.isOfSpans { return spanLatencies(selection) }
    return switch selection.subject {
    case .services, .spanNames: serviceLatencies()
    case .edge(let caller, let callee): edgeLatencies(caller: caller, callee: callee)
    }
  }

  /// The latencies of the requests that each service served, by name.
  package func serviceLatencies() -> [LatencySeries] {
    NodesAndEdges(self).nodes.filter { $0.value.sendsSpans && $0.value.sum.latency.count > 0 }
      .map {
        LatencySeries(
          service: $0.key.path, histogram: $0.value.sum.latency, isEstimated: $0.value.isEstimated)
      }
      .sorted { ($0.service ?? "") < ($1.service ?? "") }
  }

  /// The latencies by span name that are wanted, the most frequent first.
  package func spanNameLatencies(_ choice: SpanNameChoice) -> [LatencySeries] {
    spanLatencies(choice, LatencySelection(.spanNames(service: nil, name: nil)))
  }

  /// The latencies of the edges whose ends are meant by these texts: a name, `namespace/name`, or a node's ID.
  package func edgeLatencies(caller: String, callee: String) -> [LatencySeries] {
    NodesAndEdges(self).edges
      .filter { $0.key.source.isMeant(by: caller) && $0.key.target.isMeant(by: callee) }
      .sorted {
        ($0.key.source.path, $0.key.target.path, $0.key.kind.rawValue)
          < ($1.key.source.path, $1.key.target.path, $1.key.kind.rawValue)
      }
      .map { key, edge in
        LatencySeries(
          edge: LatencySeries.Edge(caller: key.source.path, callee: key.target.path), histogram: edge.sum.latency,
          isEstimated: edge.isEstimated)
      }
  }

  // MARK: Of spans

  private func spanLatencies(_ selection: LatencySelection) -> [LatencySeries] {
    spanLatencies(SpanNameChoice(selection), selection)
  }

  /// What the rows of span names are added up to.
  private struct SpanGroup: Hashable {
    var service: UInt16
    var name: UInt32?
    var kind: UInt8?
    var outcome: UInt8?
  }

  private func spanLatencies(_ choice: SpanNameChoice, _ selection: LatencySelection) -> [LatencySeries] {
    let cells = figures.sortedCells()
    var sums: [SpanGroup: LatencySum] = [:]
    var estimated: Set<SpanGroup> = []
    for (position, row) in figures.rows.enumerated() where row.key.isSpanName {
      let key = row.key
      guard selection.kind.map({ $0.packed == key.kind }) ?? true,
        selection.outcome.map({ $0.rawValue == key.outcome }) ?? true,
        choice.includes(keys.names[Int(key.name)], of: keys.parties[Int(key.source)])
      else { continue }
      let group = SpanGroup(
        service: key.source, name: selection.subject == .services ? nil : key.name,
        kind: selection.isByKind ? key.kind : nil, outcome: selection.isByOutcome ? key.outcome : nil)
      sums[group, default: LatencySum()].add(row, cells[position])
      if row.spans > 0 { estimated.insert(group) }
    }
    return sums.compactMap { group, sum in
      let histogram = sum.latency
      guard histogram.count > 0 else { return nil }
      return LatencySeries(
        service: keys.parties[Int(group.service)].path, spanName: group.name.map { keys.names[Int($0)] },
        kind: group.kind.map { SpanKind(packed: $0) } ?? selection.kind,
        outcome: group.outcome.flatMap { Outcome(rawValue: $0) } ?? selection.outcome, histogram: histogram,
        isEstimated: estimated.contains(group))
    }.sorted { LatencyOrder($0, selection) < LatencyOrder($1, selection) }
  }
}

/// Where a series stands: services by name, span names by how frequent they are; parts of one beside each other.
private struct LatencyOrder: Comparable {
  private let rarity: UInt64
  private let service: String
  private let name: String
  private let part: Int32

  init(_ series: LatencySeries, _ selection: LatencySelection) {
    let isApart = selection.isByKind || selection.isByOutcome
    rarity = selection.subject == .services || isApart ? 0 : UInt64.max - series.latency.count
    service = series.service ?? ""
    name = series.spanName ?? ""
    part = (series.kind?.rawValue ?? 0) &* 8 &+ Int32(series.outcome?.rawValue ?? 0)
  }

  static func < (left: LatencyOrder, right: LatencyOrder) -> Bool {
    (left.rarity, left.service, left.name, left.part) < (right.rarity, right.service, right.name, right.part)
  }
}

extension SpanNameChoice {
  /// Which names a selection needs.
  package init(_ selection: LatencySelection) {
    self =
      switch selection.subject {
      case .services: selection.isOfSpans ? .all : .none
      case .spanNames(let service, let name?): .named(name, service: service)
      case .spanNames(let service?, nil): .ofService(service)
      case .spanNames(nil, nil): .all
      case .edge: .none
      }
  }
}

extension SpanKind {
  /// What `packed` made one byte of. One that this version does not know is only like it.
  fileprivate init(packed: UInt8) {
    self.init(rawValue: Int32(packed))
  }
}
