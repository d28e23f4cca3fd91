import TraceModel

/// The traces of a segment of which some span's parent is missing. When there are too many, those are kept whose spans
/// came last: their parents are the likeliest to come yet.
struct UnresolvedTraces {
  static let traceByteCount = 16

  private struct Found {
    var traceID: TraceID
    /// How late a span without its parent came, in its part of the traces.
    var position: Int
  }

  private let max: Int
  private var found: [Found] = []

  init(max: Int) {
    self.max = max
  }

  /// Takes in some of the traces.
  /// - Parameter table: linked.
  /// - Returns: them all, in the order of their arrival.
  mutating func add(_ table: SpanTable) -> [TraceID] {
    var here: [Found] = []
    for (position, row) in table.rows.enumerated() where table.parents[position] < 0 && row.hasParentID {
      if here.last?.traceID == row.traceID { here.removeLast() }
      here.append(Found(traceID: row.traceID, position: position))
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
