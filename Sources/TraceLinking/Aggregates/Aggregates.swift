import TraceModel

/// What spans say when they are joined, with the names of what they say it about: of one segment, of several together, or
/// of a window. Adds and subtracts exactly, so a sum over segments is right whatever order it is made in. Times are told
/// apart only as possible and impossible ones. `Aggregates+Answers` makes of it what people ask for.
package struct Aggregates {
  private(set) var keys: KeyTable
  private(set) var figures: Figures

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
    for (position, row) in more.figures.rows.enumerated() {
      let key = keys.key(row.key) {
        more.keys.parties[Int($0)]
      } name: {
        more.keys.names[Int($0)]
      }
      figures.add(row, key, cells[position], weight: weight)
    }
  }

  /// Takes note that a service sends spans, if only outside of the window.
  mutating func know(_ service: NodeIdentity) {
    figures.know(keys.number(ofService: service))
  }
}

// MARK: - From bytes

extension Aggregates {
  /// Which of a segment's figures count.
  package enum Choice: Sendable {
    case all
    /// Those of spans whose times are possible.
    case possible
    /// Those of periods that begin in the window. The others only tell which services there are.
    case beginning(in: TimeWindow)

    func includes(_ period: Period, of granularity: Granularity) -> Bool {
      switch self {
      case .all: true
      case .possible: period != .skewed
      case .beginning(let window): !period.isSpecial && window.contains(period.start(granularity))
      }
    }
  }

  /// Adds figures that a fold wrote.
  /// - Parameters:
  ///   - bytes: of `SegmentAggregates`; none of them is nothing.
  ///   - hasSpanNames: whether latencies by span name are wanted; they cost most.
  /// - Throws: before anything is added, if the bytes are not what a fold wrote.
  package mutating func add(
    _ bytes: [UInt8], _ choice: Choice = .all, hasSpanNames: Bool = false
  ) throws(CodingError) {
    let sections = try FigureReader.sections(of: bytes, hasSpanNames: hasSpanNames)
    for section in sections { try section.forEachRow { _, _ in } }
    for section in sections { try add(section, choice) }
  }

  private mutating func add(_ reader: FigureReader, _ choice: Choice) throws(CodingError) {
    try reader.forEachRow { row, cells in
      let key = keys.key(row.key) {
        reader.parties[Int($0)]
      } name: {
        reader.names[Int($0)]
      }
      if choice.includes(key.period, of: reader.granularity) {
        figures.add(row, key.over(figures.granularity, insteadOf: reader.granularity), cells, weight: 1)
      } else if key.isService {
        figures.know(key.source)
      }
    }
  }
}

extension KeyTable {
  /// What a key of another table is in this one.
  fileprivate mutating func key(
    _ key: FigureKey, party: (UInt16) -> NodeIdentity, name: (UInt32) -> String
  ) -> FigureKey {
    if key.isCoverage { return key }
    return key.with(
      source: number(of: party(key.source), isService: true),
      target: key.subject.isEdge ? number(of: party(key.target), isService: key.subject != .named) : 0,
      name: key.isSpanName ? number(ofName: name(key.name)) : 0)
  }

  private mutating func number(of identity: NodeIdentity, isService: Bool) -> UInt16 {
    isService && identity.kind == .service ? number(ofService: identity) : number(ofPeer: identity)
  }
}
