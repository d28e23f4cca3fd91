import TraceModel

/// The traces of a segment of which some span's parent is missing. When there are too many, those are kept whose spans
/// came last: their parents are the likeliest to come yet.
struct UnresolvedTraces {
  static let traceByteCount = 16

  private struct Found {
    var traceID: TraceID
    /// How late a span without its parent came, compared with others of its part of the traces.
    var position: Int
  }

  private let max: Int
  private var found: [Found] = []

  init(max: Int) {
    self.max = max
  }

  /// Takes in some of the traces.
  /// - Parameter rows: linked, in these ranges.
  /// - Returns: them all, in the order of their arrival.
  mutating func add(_ rows: [SpanRow], _ ranges: [Range<Int>]) -> [TraceID] {
    var here: [Found] = []
    for range in ranges {
      for position in range {
        guard rows[position].parent < 0, rows[position].hasParentID, !rows[position].isDuplicate else { continue }
        let traceID = rows[position].traceID
        if here.last?.traceID == traceID { here.removeLast() }
        here.append(Found(traceID: traceID, position: position))
      }
    }
    here.sort { ($0.traceID, $0.position) < ($1.traceID, $1.position) }
    var unique: [Found] = []
    for found in here {
      if unique.last?.traceID == found.traceID { unique.removeLast() }
      unique.append(found)
    }
    unique.sort { $0.position < $1.position }
    found += unique
    if found.count > 2 * max { found = latest }
    return unique.map(\.traceID)
  }

  var sorted: [TraceID] { latest.map(\.traceID).sorted() }

  private var latest: [Found] {
    if found.count <= max { return found }
    return Array(found.sorted { ($1.position, $0.traceID) < ($0.position, $1.traceID) }.prefix(max))
  }
}
