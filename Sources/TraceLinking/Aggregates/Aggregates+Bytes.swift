import TraceModel

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
  /// - Throws: if the bytes are not what a fold wrote; then nothing is added.
  package mutating func add(
    _ bytes: [UInt8], _ choice: Choice = .all, hasSpanNames: Bool = false
  ) throws(CodingError) {
    var sections: [Section] = []
    for reader in try FigureReader.sections(of: bytes, hasSpanNames: hasSpanNames) {
      sections.append(try Section(reader))
    }
    for section in sections { add(section, choice) }
  }

  /// How a window lies over a segment.
  package enum Fit: Sendable {
    /// All possible times are inside.
    case whole
    /// Its bounds fall between periods.
    case apart
    /// A bound falls into a period that has spans.
    case cut
  }

  /// How a window lies over the periods of a segment.
  /// - Parameter minutes: of `SegmentAggregates`, and not left out for want of room.
  package static func fit(of window: TimeWindow, over minutes: [UInt8]) throws(CodingError) -> Fit {
    var fit = Fit.whole
    for section in try FigureReader.sections(of: minutes, hasSpanNames: false) {
      for period in try section.periods() where !period.isSpecial {
        let (start, end) = (period.start(section.granularity), period.end(section.granularity))
        let cuts = [window.from, window.to].contains { $0.map { start < $0 && $0 < end } ?? false }
        if cuts { return .cut }
        if !window.contains(start) { fit = .apart }
      }
    }
    return fit
  }

  /// Whether some possible time lies in a period that overlaps a window.
  /// - Parameter minutes: as above.
  package static func holds(_ minutes: [UInt8], anyIn window: TimeWindow) throws(CodingError) -> Bool {
    for section in try FigureReader.sections(of: minutes, hasSpanNames: false) {
      for period in try section.periods() where !period.isSpecial {
        let last = Timestamp(unixNanoseconds: period.end(section.granularity).unixNanoseconds - 1)
        if window.overlaps(period.start(section.granularity), last) { return true }
      }
    }
    return false
  }

  /// What a section says, read as a whole before any of it counts.
  private struct Section {
    var reader: FigureReader
    var rows: [Figures.Row]
    var cells: SortedCells

    init(_ reader: FigureReader) throws(CodingError) {
      self.reader = reader
      (rows, cells) = try reader.rows()
    }
  }

  private mutating func add(_ section: Section, _ choice: Choice) {
    let granularity = section.reader.granularity
    var translation = KeyTranslation(parties: section.reader.parties, names: section.reader.names)
    for (position, row) in section.rows.enumerated() {
      let key = translation.key(row.key, &keys)
      if choice.includes(key.period, of: granularity) {
        figures.add(row, key.over(figures.granularity, insteadOf: granularity), section.cells[position], weight: 1)
      } else if key.isService {
        figures.know(key.source)
      }
    }
  }
}
