import TraceModel

extension SectionBytes {
  /// Everything that links and searches need, of all spans or of `rows`: a batch without details.
  func links(rows: [Int]?) throws(CodingError) -> SpanBatch {
    var batch = SpanBatch()
    batch.traceIDs = try traceIDs(rows: rows)
    batch.spanIDs = try spanIDs(.spanIDs, rows: rows)
    batch.parentSpanIDs = try parents(rows: rows, spanIDs: batch.spanIDs)
    batch.starts = try column(.starts, rows: rows) { Timestamp(unixNanoseconds: $0) }
    batch.ends = try column(.durations, rows: rows) { Timestamp(unixNanoseconds: $0) }
    let starts = batch.starts
    var ends = batch.ends.mutableSpan
    for row in 0..<ends.count { ends[row].unixNanoseconds &+= starts[row].unixNanoseconds }
    batch.kinds = try column(.kinds, rows: rows) { SpanKind(rawValue: Int32(truncatingIfNeeded: $0)) }
    batch.statusCodes = try column(.statusCodes, rows: rows) {
      SpanStatus.Code(rawValue: Int32(truncatingIfNeeded: $0))
    }
    batch.flags = try column(.flags, rows: rows) { UInt32(truncatingIfNeeded: $0) }
    (batch.resourceIndices, batch.resources) = try indexed(.resourceIndices, .resources, rows) {
      (bytes) throws(CodingError) in
      var reader = ByteReader(bytes)
      return try Resource(from: &reader)
    }
    (batch.nameIndices, batch.names) = try indexed(.nameIndices, .names, rows) { String(decoding: $0, as: UTF8.self) }
    if has(.outcomes) { try addAnnotations(to: &batch, rows) }
    return batch
  }

  /// A column of positions in a table, and the table: whole, or what `rows` need of it.
  func indexed<Element>(
    _ column: BlockSection, _ table: BlockSection, _ rows: [Int]?,
    _ element: (ArraySlice<UInt8>) throws(CodingError) -> Element
  ) throws(CodingError) -> (indices: [UInt32], elements: [Element]) {
    var indices = try self.column(column, rows: rows) { UInt32(truncatingIfNeeded: $0) }
    let entries = try self.table(table)
    guard indices.allSatisfy({ $0 < entries.count }) else { throw .malformed("section \(column)") }
    var elements: [Element] = []
    if rows == nil {
      for entry in entries { elements.append(try element(entry)) }
    } else {
      indices = try Self.gather(indices) { (index) throws(CodingError) in
        elements.append(try element(entries[Int(index)]))
      }
    }
    return (indices, elements)
  }

  private func addAnnotations(to batch: inout SpanBatch, _ rows: [Int]?) throws(CodingError) {
    let outcomes = Outcome.allCases
    var areKnown = true
    batch.outcomes = try column(.outcomes, rows: rows) { number in
      if number < UInt64(outcomes.count) { return outcomes[Int(number)] }
      areKnown = false
      return .ok
    }
    guard areKnown else { throw .malformed("section outcomes") }
    var indices = try column(.peerIndices, rows: rows) { UInt32(truncatingIfNeeded: $0) }
    let entries = try table(.peers)
    guard indices.allSatisfy({ $0 <= entries.count }) else { throw .malformed("section peerIndices") }
    if rows == nil {
      batch.peers = entries.map { Array($0) }
    } else {
      var peers: [[UInt8]] = []
      let wanted = indices.filter { $0 > 0 }
      var positions = try Self.gather(wanted) { (index) throws(CodingError) in
        peers.append(Array(entries[Int(index) - 1]))
      }[...]
      for row in indices.indices where indices[row] > 0 { indices[row] = (positions.popFirst() ?? 0) + 1 }
      batch.peers = peers
    }
    batch.peerIndices = indices
  }

  /// Numbers entries in the order in which they come first; `isNew` is told of each once.
  private static func gather(
    _ indices: [UInt32], _ isNew: (UInt32) throws(CodingError) -> Void
  ) throws(CodingError) -> [UInt32] {
    var known: [UInt32: UInt32] = [:]
    var result: [UInt32] = []
    for index in indices {
      if known[index] == nil {
        known[index] = UInt32(known.count)
        try isNew(index)
      }
      result.append(known[index] ?? 0)
    }
    return result
  }

  private func traceIDs(rows: [Int]?) throws(CodingError) -> [TraceID] {
    let traceIDs = try traceIDs()
    var result = try column(.traceIndices, rows: rows) { TraceID(high: 0, low: $0) }
    var isSound = true
    var places = result.mutableSpan
    for row in 0..<places.count {
      let index = places[row].low
      if index < UInt64(traceIDs.count) { places[row] = traceIDs[Int(index)] } else { isSound = false }
    }
    guard isSound else { throw .malformed("section traceIndices") }
    return result
  }

  /// - Parameter spanIDs: of the same rows.
  private func parents(rows: [Int]?, spanIDs: [SpanID]) throws(CodingError) -> [SpanID] {
    let foreign = try self.spanIDs(.foreignParents)
    var parents = try column(.parents, rows: rows) { SpanID(rawValue: $0) }
    var (isSound, others) = (true, [(row: Int, code: Int)]())
    var places = parents.mutableSpan
    for row in 0..<places.count {
      let code = places[row].rawValue
      if code == 0 { continue }
      if code > UInt64(spanCount + foreign.count) {
        isSound = false
      } else if code > spanCount {
        places[row] = foreign[Int(code) - 1 - spanCount]
      } else if rows == nil {
        places[row] = spanIDs[Int(code) - 1]
      } else {
        others.append((row, Int(code) - 1))
      }
    }
    guard isSound else { throw .malformed("section parents") }
    for (row, other) in others { parents[row] = try self.spanIDs(.spanIDs, rows: [other])[0] }
    return parents
  }
}
