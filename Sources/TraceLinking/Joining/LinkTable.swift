import TraceModel

/// Which spans link to which others, and those of the others that have been seen. Bounded: past its bound, links are as
/// if they were not there.
struct LinkTable {
  /// `Span.Identity` of a row.
  struct Source: Hashable {
    var traceID: TraceID
    var spanID: SpanID
    var start: Timestamp
    var kind: UInt8

    init(_ row: SpanRow) {
      (traceID, spanID, start, kind) = (row.traceID, row.spanID, row.start, row.kind)
    }

    init(_ batch: SpanBatch, _ row: Int) {
      (traceID, spanID, start) = (batch.traceIDs[row], batch.spanIDs[row], batch.starts[row])
      kind = batch.kinds[row].packed
    }
  }

  private let max: Int
  private var links: [Source: [SpanReference]] = [:]
  private var count = 0
  private var wanted: Set<SpanReference> = []
  private var targets: [SpanReference: SpanRow] = [:]

  init(max: Int) {
    self.max = max
  }

  var isEmpty: Bool { links.isEmpty }

  mutating func note(_ links: [SpanReference], of span: Source) {
    guard count + links.count <= max, self.links[span] == nil else { return }
    self.links[span] = links
    count += links.count
    wanted.formUnion(links)
  }

  /// Keeps a span if somebody has linked to it; of several of one ID, the one that would be the parent.
  mutating func noteTarget(_ row: SpanRow) {
    let reference = SpanReference(traceID: row.traceID, spanID: row.spanID)
    guard wanted.contains(reference), !row.isDuplicate else { return }
    if let known = targets[reference], !row.isBetterTarget(than: known) { return }
    targets[reference] = row
  }

  subscript(span: Source) -> [SpanReference] { links[span] ?? [] }

  func target(_ reference: SpanReference) -> SpanRow? { targets[reference] }
}

extension SpanRow {
  /// As `ParentCandidates` chooses for what comes in.
  func isBetterTarget(than other: SpanRow) -> Bool {
    if isOutgoing != other.isOutgoing { return isOutgoing }
    return (start.unixNanoseconds, kind) < (other.start.unixNanoseconds, other.kind)
  }

  /// What it links to apart from its parent, with which it is joined anyway.
  func links(_ table: LinkTable) -> [SpanReference] {
    let parent = SpanReference(traceID: traceID, spanID: parentSpanID)
    return table[LinkTable.Source(self)].filter { $0 != parent }
  }
}
