extension SpanBatch {
  package init(_ spans: some Sequence<Span>) {
    for span in spans { append(span) }
  }

  /// - Precondition: the batch has details, which stay under 4 GiB, and attribute values are at most
  ///   `AttributeValue.depthMax` deep.
  package mutating func append(_ span: Span) {
    precondition(hasDetails)
    var writer = ByteWriter(details)
    details = []  // so that the writer owns the only copy
    SpanDetails.encode(span, into: &writer)
    details = writer.bytes
    detailEnds.append(UInt32(details.count))
    let name = intern(span.name)
    nameIndices.append(name)
    shapeIndices.append(internShape(of: span.attributes, name: name))
    resourceIndices.append(intern(span.resource))
    scopeIndices.append(intern(span.scope))
    traceIDs.append(span.traceID)
    spanIDs.append(span.spanID)
    parentSpanIDs.append(span.parentSpanID)
    starts.append(span.start)
    ends.append(span.end)
    kinds.append(span.kind)
    statusCodes.append(span.status.code)
    flags.append(span.flags)
    forgetAnnotations()
  }

  package mutating func append(contentsOf other: SpanBatch) {
    append(contentsOf: other, rows: 0..<other.count)
  }

  /// Copies rows of another batch without decoding them. The result is annotated, and has details, if both are and
  /// have, or this one is empty.
  package mutating func append(contentsOf other: SpanBatch, rows: Range<Int>) {
    let (isAnnotated, hasDetails) = (isAnnotated && other.isAnnotated, hasDetails && other.hasDetails)
    var resourceMap = IndexMap(count: other.resources.count)
    var nameMap = IndexMap(count: other.names.count)
    for row in rows {
      let (resource, name) = (other.resourceIndices[row], other.nameIndices[row])
      resourceIndices.append(resourceMap.index(for: resource) { intern(other.resources[$0]) })
      nameIndices.append(nameMap.index(for: name) { intern(other.names[$0]) })
    }
    if hasDetails { appendDetails(of: other, rows: rows) } else { forgetDetails() }
    if isAnnotated { appendAnnotations(of: other, rows: rows) } else { forgetAnnotations() }
    traceIDs.append(contentsOf: other.traceIDs[rows])
    spanIDs.append(contentsOf: other.spanIDs[rows])
    parentSpanIDs.append(contentsOf: other.parentSpanIDs[rows])
    starts.append(contentsOf: other.starts[rows])
    ends.append(contentsOf: other.ends[rows])
    kinds.append(contentsOf: other.kinds[rows])
    statusCodes.append(contentsOf: other.statusCodes[rows])
    flags.append(contentsOf: other.flags[rows])
  }

  private mutating func appendDetails(of other: SpanBatch, rows: Range<Int>) {
    guard let last = rows.last else { return }
    var scopeMap = IndexMap(count: other.scopes.count)
    var shapeMap = IndexMap(count: other.shapes.count)
    let begin = other.detailRange(ofRow: rows.lowerBound).lowerBound
    let shift = details.count - begin
    details.append(contentsOf: other.details[begin..<Int(other.detailEnds[last])])
    for row in rows {
      detailEnds.append(UInt32(Int(other.detailEnds[row]) + shift))
      scopeIndices.append(scopeMap.index(for: other.scopeIndices[row]) { intern(other.scopes[$0]) })
      shapeIndices.append(shapeMap.index(for: other.shapeIndices[row]) { intern(other.shapes[$0]) })
    }
  }

  private mutating func appendAnnotations(of other: SpanBatch, rows: Range<Int>) {
    outcomes.append(contentsOf: other.outcomes[rows])
    var peerMap = IndexMap(count: other.peers.count)
    for row in rows {
      let peer = other.peerIndices[row]
      peerIndices.append(peer == 0 ? 0 : peerMap.index(for: peer - 1) { intern(peer: other.peers[$0]) })
    }
  }

  private mutating func forgetDetails() {
    (detailEnds, details, scopeIndices, shapeIndices, scopes, shapes) = ([], [], [], [], [], [])
  }

  /// Leaves out what a `SegmentFold` has filled in.
  package mutating func forgetAnnotations() {
    guard !outcomes.isEmpty else { return }
    (outcomes, peerIndices, peers) = ([], [], [])
    known.forgetPeers()
  }
}

/// What the positions in one table are in another, found out as they come.
private struct IndexMap {
  private var known: [UInt32]

  init(count: Int) {
    known = [UInt32](repeating: .max, count: count)
  }

  mutating func index(for index: UInt32, _ intern: (Int) -> UInt32) -> UInt32 {
    if known[Int(index)] == .max { known[Int(index)] = intern(Int(index)) }
    return known[Int(index)]
  }
}
