import TraceModel

/// Spans on their way to be joined, apart by trace, so that each part and what joining it takes fit into the
/// processor's cache.
struct SpanPartitions {
  private var parts: [[SpanRow]]
  private(set) var count = 0

  /// - Parameter expected: about how many spans will come, for which memory is set aside.
  init(expecting expected: Int = 0) {
    var partCount = 1
    while partCount < Self.partsMax && partCount * Self.partSpansMax < expected { partCount *= 2 }
    parts = Array(repeating: [], count: partCount)
    for part in parts.indices { parts[part].reserveCapacity(expected / partCount * 9 / 8) }
  }

  private static let partsMax = 256
  /// Rows and what joining them takes are then half of a common second-level cache.
  private static let partSpansMax = 6000

  mutating func append(_ row: SpanRow) {
    if parts.count == 1 && count == Self.partSpansMax * 2 { spread() }
    parts[part(of: row.traceID)].append(row)
    count += 1
  }

  private func part(of traceID: TraceID) -> Int { Int(Self.scatter(traceID) >> 32) & (parts.count - 1) }

  private mutating func spread() {
    let rows = parts[0]
    parts = Array(repeating: [], count: Self.partsMax)
    for row in rows { parts[part(of: row.traceID)].append(row) }
  }

  /// A number that is always the same for a trace, so that the order in which traces are looked at is, too.
  static func scatter(_ traceID: TraceID) -> UInt64 {
    ((traceID.low ^ traceID.high) &* 0x9e37_79b9_7f4a_7c15) ^ traceID.low >> 32
  }

  /// Hands over one part after the other, and is empty afterwards.
  mutating func removeAll(_ body: ([SpanRow]) throws -> Void) rethrows {
    for part in parts.indices {
      try body(parts[part])
      parts[part].removeAll(keepingCapacity: true)
    }
    count = 0
  }
}
