import TraceModel

/// Looks at whole traces: whether a pipeline leaves anything of them, and what.
struct TraceExamination {
  private let matcher: TraceQLMatcher
  private let spansMax: Int
  private let fields: [TraceQLField]
  /// Whether batches have to come with details.
  let needsDetails: Bool

  /// - Parameter spansMax: how many spans are told of each set.
  /// - Throws: for a regular expression that is none; those that were read with a question are.
  init(_ pipeline: TraceQLPipeline, spansMax: Int) throws(TraceQLError) {
    matcher = try TraceQLMatcher(pipeline)
    self.spansMax = spansMax
    fields = spansMax > 0 ? pipeline.namedFields : []
    needsDetails = pipeline.needsDetails || fields.contains(where: \.needsDetails)
  }

  /// The spans that are left, in any set, each once and in the order of the rows.
  /// - Parameter batch: the spans of a trace.
  func rows(of batch: SpanBatch) throws(CodingError) -> [Int] {
    Set(try matcher.match(batch).spansets.flatMap(\.rows)).sorted()
  }

  /// - Parameter batch: the spans of a trace.
  func spanSets(of batch: SpanBatch) throws(CodingError) -> [SpanSet] {
    let match = try matcher.match(batch)
    if match.isEmpty { return [] }
    let trace = TraceQLTrace(batch)
    var readers: [(name: String, field: TraceQLRowField)] = []
    for field in fields {
      if let name = field.shortName { readers.append((name, try TraceQLRowField(field, batch, trace))) }
    }
    var sets: [SpanSet] = []
    for found in match.spansets.prefix(QueryLimits.spanSetsMax) {
      var set = SpanSet(
        spans: [], matched: UInt64(found.rows.count),
        attributes: found.labels.map { Attribute($0.name, $0.value.label) })
      let earliest = found.rows.sorted { (batch.starts[$0], $0) < (batch.starts[$1], $1) }.prefix(spansMax)
      for row in earliest {
        var span = SpanSet.MatchedSpan(
          id: batch.spanIDs[row], name: batch.name(at: row), service: batch.resource(at: row).serviceName ?? "",
          start: batch.starts[row], duration: batch.duration(at: row))
        for reader in readers {
          let value = try reader.field.value(row)
          if !value.isAbsent { span.attributes.append(Attribute(reader.name, value.label)) }
        }
        set.spans.append(span)
      }
      sets.append(set)
    }
    return sets
  }
}

extension TraceQLField {
  /// Without its scope; nil for what is told of every span anyway.
  fileprivate var shortName: String? {
    switch self {
    case .attribute(_, let key): key
    case .intrinsic(.name), .intrinsic(.duration), .intrinsic(.spanID), .intrinsic(.traceID): nil
    case .intrinsic(let intrinsic): intrinsic.rawValue
    }
  }
}
