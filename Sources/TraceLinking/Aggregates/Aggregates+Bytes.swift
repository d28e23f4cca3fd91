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
    let before = self
    do throws(CodingError) {
      for section in try FigureReader.sections(of: bytes, hasSpanNames: hasSpanNames) { try add(section, choice) }
    } catch {
      self = before
      throw error
    }
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
