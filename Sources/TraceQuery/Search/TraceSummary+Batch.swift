import TraceModel

extension TraceSummary {
  /// Of the spans of one trace; details are not needed.
  /// - Returns: nothing for no spans.
  init?(_ id: TraceID, _ batch: SpanBatch) {
    var seen: Set<Span.Identity> = []
    var root: Int?
    var end = Timestamp(unixNanoseconds: 0)
    let known = Set(batch.spanIDs)
    var (errors, orphans): (UInt64, UInt64) = (0, 0)
    var services: [ExactString: ServiceCount] = [:]
    for row in 0..<batch.count where seen.insert(batch.identity(at: row)).inserted {
      if root.map({ batch.isBetterRoot(row, than: $0) }) ?? true { root = row }
      end = max(end, batch.ends[row])
      let isError = batch.statusCodes[row] == .error
      if isError { errors += 1 }
      if !batch.parentSpanIDs[row].isZero && !known.contains(batch.parentSpanIDs[row]) { orphans += 1 }
      let service = batch.resource(at: row).serviceName ?? ""
      services[ExactString(text: service), default: ServiceCount(name: service)].spans += 1
      if isError { services[ExactString(text: service)]?.errors += 1 }
    }
    guard let root, let start = batch.starts.min() else { return nil }
    self.init(
      id: id, rootService: batch.resource(at: root).serviceName ?? "", rootName: batch.name(at: root), start: start,
      duration: end.since(start), spans: UInt64(seen.count), errors: errors,
      services: services.keys.map(\.text).filter { !$0.isEmpty }.sorted(), orphans: orphans,
      serviceCounts: services.values.sorted { $0.name < $1.name })
  }
}

extension SpanBatch {
  fileprivate func isBetterRoot(_ row: Int, than other: Int) -> Bool {
    let (isRoot, otherIsRoot) = (parentSpanIDs[row].isZero, parentSpanIDs[other].isZero)
    if isRoot != otherIsRoot { return isRoot }
    return (starts[row], ends[other]) < (starts[other], ends[row])
  }
}
