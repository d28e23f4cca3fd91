import TraceModel

extension TraceSummary {
  /// Of the spans of one trace; details are not needed.
  /// - Returns: nothing for no spans.
  init?(_ id: TraceID, _ batch: SpanBatch) {
    var seen: Set<Span.Identity> = []
    var root: Int?
    var end = Timestamp(unixNanoseconds: 0)
    var errors: UInt64 = 0
    var services: Set<ExactString> = []
    for row in 0..<batch.count where seen.insert(batch.identity(at: row)).inserted {
      if root.map({ batch.isBetterRoot(row, than: $0) }) ?? true { root = row }
      end = max(end, batch.ends[row])
      if batch.statusCodes[row] == .error { errors += 1 }
      if let service = batch.resource(at: row).serviceName { services.insert(ExactString(text: service)) }
    }
    guard let root, let start = batch.starts.min() else { return nil }
    self.init(
      id: id, rootService: batch.resource(at: root).serviceName ?? "", rootName: batch.name(at: root), start: start,
      duration: end.since(start), spans: UInt64(seen.count), errors: errors, services: services.map(\.text).sorted())
  }
}

extension SpanBatch {
  fileprivate func isBetterRoot(_ row: Int, than other: Int) -> Bool {
    let (isRoot, otherIsRoot) = (parentSpanIDs[row].isZero, parentSpanIDs[other].isZero)
    if isRoot != otherIsRoot { return isRoot }
    return (starts[row], ends[other]) < (starts[other], ends[row])
  }
}
