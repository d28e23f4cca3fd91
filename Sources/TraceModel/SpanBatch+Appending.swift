extension SpanBatch {
  package init(_ spans: some Sequence<Span>) {
    self.init()
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
    isKnownPlain = false
    forgetAnnotations()
  }

  package mutating func append(contentsOf other: SpanBatch) {
    append(contentsOf: other, rows: 0..<other.count)
  }

  /// Copies rows of another batch without decoding them. The result is annotated, and has details, if both are and
  /// have, or this one is empty.
  package mutating func append(contentsOf other: SpanBatch, rows: Range<Int>) {
    let (isAnnotated, hasDetails) = (isAnnotated && other.isAnnotated, hasDetails && other.hasDetails)
    isKnownPlain = isKnownPlain && other.isKnownPlain
    if rows.count <= Self.fewRows, hasDetails {
      appendFew(of: other, rows: rows, isAnnotated: isAnnotated)
      return
    }
    // Each resource and name of the other batch is looked for once, in the order in which the rows come upon them.
    var resourceMap = IndexMap(count: other.resources.count)
    for index in other.resourceIndices[rows] {
      if resourceMap[index] == nil {
        resourceMap[index] = intern(other.resources[Int(index)], other.known.resourceMarks.element(at: index))
      }
    }
    var nameMap = IndexMap(count: other.names.count)
    for index in other.nameIndices[rows] where nameMap[index] == nil {
      nameMap[index] = intern(other.names[Int(index)])
    }
    resourceMap.append(other.resourceIndices[rows], to: &resourceIndices)
    nameMap.append(other.nameIndices[rows], to: &nameIndices)
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

  /// Below, looking an entry up for each row takes less than noting where it was found.
  private static let fewRows = 8

  private mutating func appendFew(of other: SpanBatch, rows: Range<Int>, isAnnotated: Bool) {
    if !isAnnotated { forgetAnnotations() }
    for row in rows {
      let (resource, scope) = (other.resourceIndices[row], other.scopeIndices[row])
      resourceIndices.append(intern(other.resources[Int(resource)], other.known.resourceMarks.element(at: resource)))
      scopeIndices.append(intern(other.scopes[Int(scope)], other.known.scopeMarks.element(at: scope)))
      nameIndices.append(intern(other.names[Int(other.nameIndices[row])]))
      shapeIndices.append(intern(other.shapes[Int(other.shapeIndices[row])]))
      details.append(contentsOf: other.details[other.detailRange(ofRow: row)])
      detailEnds.append(UInt32(details.count))
      if isAnnotated {
        let peer = Int(other.peerIndices[row])
        outcomes.append(other.outcomes[row])
        peerIndices.append(peer == 0 ? 0 : intern(peer: other.peers[peer - 1]))
      }
      traceIDs.append(other.traceIDs[row])
      spanIDs.append(other.spanIDs[row])
      parentSpanIDs.append(other.parentSpanIDs[row])
      starts.append(other.starts[row])
      ends.append(other.ends[row])
      kinds.append(other.kinds[row])
      statusCodes.append(other.statusCodes[row])
      flags.append(other.flags[row])
    }
  }

  private mutating func appendDetails(of other: SpanBatch, rows: Range<Int>) {
    guard let last = rows.last else { return }
    var scopeMap = IndexMap(count: other.scopes.count)
    for index in other.scopeIndices[rows] where scopeMap[index] == nil {
      scopeMap[index] = intern(other.scopes[Int(index)], other.known.scopeMarks.element(at: index))
    }
    var shapeMap = IndexMap(count: other.shapes.count)
    for index in other.shapeIndices[rows] where shapeMap[index] == nil {
      shapeMap[index] = intern(other.shapes[Int(index)])
    }
    scopeMap.append(other.scopeIndices[rows], to: &scopeIndices)
    shapeMap.append(other.shapeIndices[rows], to: &shapeIndices)
    let begin = other.detailRange(ofRow: rows.lowerBound).lowerBound
    // Wrapping: the other batch's may be longer than these.
    let shift = UInt32(truncatingIfNeeded: details.count &- begin)
    details.append(contentsOf: other.details[begin..<Int(other.detailEnds[last])])
    detailEnds.append(addingCapacity: rows.count) { ends in
      for end in other.detailEnds[rows] { ends.append(end &+ shift) }
    }
  }

  private mutating func appendAnnotations(of other: SpanBatch, rows: Range<Int>) {
    outcomes.append(contentsOf: other.outcomes[rows])
    var peerMap = IndexMap(count: other.peers.count + 1)
    peerMap[0] = 0
    for index in other.peerIndices[rows] where peerMap[index] == nil {
      peerMap[index] = intern(peer: other.peers[Int(index) - 1])
    }
    peerMap.append(other.peerIndices[rows], to: &peerIndices)
  }

  private mutating func forgetDetails() {
    (detailEnds, details, scopeIndices, shapeIndices, scopes, shapes) = ([], [], [], [], [], [])
    known.forgetDetails()
  }

  /// Leaves out what a `SegmentFold` has filled in.
  package mutating func forgetAnnotations() {
    guard !outcomes.isEmpty else { return }
    (outcomes, peerIndices, peers) = ([], [], [])
    known.forgetPeers()
  }
}

/// What the positions in one table are in another.
private struct IndexMap {
  private var known: [UInt32]

  init(count: Int) {
    known = [UInt32](repeating: .max, count: count)
  }

  /// Nothing for those not found out yet.
  subscript(index: UInt32) -> UInt32? {
    get { known[Int(index)] == .max ? nil : known[Int(index)] }
    set { known[Int(index)] = newValue ?? .max }
  }

  /// - Precondition: all of them have been found out.
  func append(_ indices: ArraySlice<UInt32>, to column: inout [UInt32]) {
    column.append(addingCapacity: indices.count) { column in
      for index in indices { column.append(known[Int(index)]) }
    }
  }
}

extension [EntryMark] {
  fileprivate func element(at position: UInt32) -> EntryMark? { position < count ? self[Int(position)] : nil }
}
