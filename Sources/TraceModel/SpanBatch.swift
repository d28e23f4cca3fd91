/// Spans as columns that own their memory: what walks from the codec into the ring and back out of it.
///
/// Row r is the r-th element of every column. Resources, scopes and names are stored once and referred to by index;
/// what has no column of its own lies encoded in `details` (`SpanDetails`).
package struct SpanBatch: Sendable {
  package var resources: [Resource] = []
  package var scopes: [InstrumentationScope] = []
  package var names: [String] = []

  package var traceIDs: [TraceID] = []
  package var spanIDs: [SpanID] = []
  package var parentSpanIDs: [SpanID] = []
  package var starts: [Timestamp] = []
  package var ends: [Timestamp] = []
  package var kinds: [SpanKind] = []
  package var statusCodes: [SpanStatus.Code] = []
  package var flags: [UInt32] = []
  package var resourceIndices: [UInt32] = []
  package var scopeIndices: [UInt32] = []
  package var nameIndices: [UInt32] = []
  /// Where the details of row r end; they begin where those of the row before end.
  package var detailEnds: [UInt32] = []
  package var details: [UInt8] = []

  /// What a `SegmentFold` read from the attributes, and nobody else can read. These three are empty in a batch that
  /// nobody has annotated.
  package var outcomes: [Outcome] = []
  /// Zero, or one more than a position in `peers`.
  package var peerIndices: [UInt32] = []
  package var peers: [[UInt8]] = []

  private var resourceIndex: [Resource: UInt32] = [:]
  private var scopeIndex: [InstrumentationScope: UInt32] = [:]
  private var nameIndex: [ExactString: UInt32] = [:]
  private var peerIndex: [[UInt8]: UInt32] = [:]
  /// What the entries of the tables take as bytes, kept so that `byteCount` is cheap. Empty in a batch that was read
  /// from columns.
  private var resourceByteCounts: [Int] = []
  private var scopeByteCounts: [Int] = []
  private var tableByteCount = 0

  package init() {}

  package var count: Int { traceIDs.count }
  package var isEmpty: Bool { traceIDs.isEmpty }
  /// Whether a `SegmentFold` has filled its columns.
  package var isAnnotated: Bool { outcomes.count == count }

  /// What a row takes in its fixed columns.
  package static let rowByteCount = 16 + 8 + 8 + 8 + 8 + 4 + 4 + 4 + 4 + 4 + 4 + 4

  /// About how many bytes the batch takes, in memory and on disk.
  package var byteCount: Int { count * Self.rowByteCount + details.count + tableByteCount }

  /// The `byteCount` of a batch of this row alone. Only for batches that were made by appending.
  package func byteCount(ofRow row: Int) -> Int {
    Self.rowByteCount + detailRange(ofRow: row).count + resourceByteCounts[Int(resourceIndices[row])]
      + scopeByteCounts[Int(scopeIndices[row])] + name(at: row).utf8.count + 2
  }
}

// MARK: - Writing

extension SpanBatch {
  package init(_ spans: some Sequence<Span>) {
    for span in spans { append(span) }
  }

  /// - Precondition: the batch's details stay under 4 GiB, and attribute values are at most
  ///   `AttributeValue.depthMax` deep.
  package mutating func append(_ span: Span) {
    var writer = ByteWriter(details)
    details = []  // so that the writer owns the only copy
    SpanDetails(of: span).encode(into: &writer)
    details = writer.bytes
    detailEnds.append(UInt32(details.count))
    traceIDs.append(span.traceID)
    spanIDs.append(span.spanID)
    parentSpanIDs.append(span.parentSpanID)
    starts.append(span.start)
    ends.append(span.end)
    kinds.append(span.kind)
    statusCodes.append(span.status.code)
    flags.append(span.flags)
    resourceIndices.append(intern(span.resource))
    scopeIndices.append(intern(span.scope))
    nameIndices.append(intern(span.name))
  }

  /// Copies rows of another batch without decoding them. The result is annotated if both are, or this one is empty.
  package mutating func append(contentsOf other: SpanBatch, rows: Range<Int>) {
    var resourceMap = [UInt32?](repeating: nil, count: other.resources.count)
    var scopeMap = [UInt32?](repeating: nil, count: other.scopes.count)
    var nameMap = [UInt32?](repeating: nil, count: other.names.count)
    let detailBytes = other.detailRange(ofRow: rows.lowerBound).lowerBound
    let detailShift = details.count - detailBytes
    if let last = rows.last {
      details.append(contentsOf: other.details[detailBytes..<Int(other.detailEnds[last])])
    }
    for row in rows {
      detailEnds.append(UInt32(Int(other.detailEnds[row]) + detailShift))
      let (resource, scope, name) = (other.resourceIndices[row], other.scopeIndices[row], other.nameIndices[row])
      resourceIndices.append(Self.remember(resource, in: &resourceMap) { intern(other.resources[Int(resource)]) })
      scopeIndices.append(Self.remember(scope, in: &scopeMap) { intern(other.scopes[Int(scope)]) })
      nameIndices.append(Self.remember(name, in: &nameMap) { intern(other.names[Int(name)]) })
    }
    traceIDs.append(contentsOf: other.traceIDs[rows])
    spanIDs.append(contentsOf: other.spanIDs[rows])
    parentSpanIDs.append(contentsOf: other.parentSpanIDs[rows])
    starts.append(contentsOf: other.starts[rows])
    ends.append(contentsOf: other.ends[rows])
    kinds.append(contentsOf: other.kinds[rows])
    statusCodes.append(contentsOf: other.statusCodes[rows])
    flags.append(contentsOf: other.flags[rows])
    if other.isAnnotated && outcomes.count + rows.count == count {
      appendAnnotations(of: other, rows: rows)
    } else {
      (outcomes, peerIndices, peers, peerIndex) = ([], [], [], [:])
    }
  }

  private mutating func appendAnnotations(of other: SpanBatch, rows: Range<Int>) {
    outcomes.append(contentsOf: other.outcomes[rows])
    var peerMap = [UInt32?](repeating: nil, count: other.peers.count)
    for row in rows {
      let peer = other.peerIndices[row]
      guard peer > 0 else {
        peerIndices.append(0)
        continue
      }
      peerIndices.append(Self.remember(peer - 1, in: &peerMap) { intern(peer: other.peers[Int(peer) - 1]) })
    }
  }

  /// The value for `peerIndices` that stands for a peer.
  package mutating func intern(peer: [UInt8]) -> UInt32 {
    if let known = peerIndex[peer] { return known }
    peers.append(peer)
    let new = UInt32(peers.count)
    peerIndex[peer] = new
    return new
  }

  package mutating func append(contentsOf other: SpanBatch) {
    append(contentsOf: other, rows: 0..<other.count)
  }

  private static func remember(_ index: UInt32, in map: inout [UInt32?], _ intern: () -> UInt32) -> UInt32 {
    if let known = map[Int(index)] { return known }
    let new = intern()
    map[Int(index)] = new
    return new
  }

  private mutating func intern(_ resource: Resource) -> UInt32 {
    // Neighbouring spans share their resource; comparing shared storage costs nothing, hashing it does.
    if let last = resourceIndices.last, resources[Int(last)] == resource { return last }
    if let known = resourceIndex[resource] { return known }
    let new = UInt32(resources.count)
    resources.append(resource)
    resourceIndex[resource] = new
    var writer = ByteWriter()
    resource.encode(into: &writer)
    resourceByteCounts.append(writer.bytes.count)
    tableByteCount += writer.bytes.count
    return new
  }

  private mutating func intern(_ scope: InstrumentationScope) -> UInt32 {
    if let last = scopeIndices.last, scopes[Int(last)] == scope { return last }
    if let known = scopeIndex[scope] { return known }
    let new = UInt32(scopes.count)
    scopes.append(scope)
    scopeIndex[scope] = new
    var writer = ByteWriter()
    scope.encode(into: &writer)
    scopeByteCounts.append(writer.bytes.count)
    tableByteCount += writer.bytes.count
    return new
  }

  private mutating func intern(_ name: String) -> UInt32 {
    if let known = nameIndex[ExactString(text: name)] { return known }
    let new = UInt32(names.count)
    names.append(name)
    nameIndex[ExactString(text: name)] = new
    tableByteCount += name.utf8.count + 2
    return new
  }
}

// MARK: - Reading

extension SpanBatch {
  package func resource(at row: Int) -> Resource { resources[Int(resourceIndices[row])] }
  package func scope(at row: Int) -> InstrumentationScope { scopes[Int(scopeIndices[row])] }
  package func name(at row: Int) -> String { names[Int(nameIndices[row])] }
  package func duration(at row: Int) -> Duration { ends[row].since(starts[row]) }

  package func identity(at row: Int) -> Span.Identity {
    Span.Identity(traceID: traceIDs[row], spanID: spanIDs[row], kind: kinds[row], start: starts[row])
  }

  package func detailRange(ofRow row: Int) -> Range<Int> {
    (row == 0 ? 0 : Int(detailEnds[row - 1]))..<(row == count ? details.count : Int(detailEnds[row]))
  }

  package func details(at row: Int) throws(CodingError) -> SpanDetails {
    var reader = ByteReader(details[detailRange(ofRow: row)])
    return try SpanDetails(from: &reader)
  }

  /// Only the attributes, which stand first, without decoding the rest.
  package func attributes(at row: Int) throws(CodingError) -> [Attribute] {
    var reader = ByteReader(details[detailRange(ofRow: row)])
    return try [Attribute](from: &reader)
  }

  package func span(at row: Int) throws(CodingError) -> Span {
    let details = try details(at: row)
    return Span(
      traceID: traceIDs[row], spanID: spanIDs[row], parentSpanID: parentSpanIDs[row], traceState: details.traceState,
      flags: flags[row], name: name(at: row), kind: kinds[row], start: starts[row], end: ends[row],
      attributes: details.attributes, droppedAttributesCount: details.droppedAttributesCount, events: details.events,
      droppedEventsCount: details.droppedEventsCount, links: details.links,
      droppedLinksCount: details.droppedLinksCount,
      status: SpanStatus(code: statusCodes[row], message: details.statusMessage), resource: resource(at: row),
      scope: scope(at: row))
  }

  package func spans() throws(CodingError) -> [Span] {
    var spans: [Span] = []
    spans.reserveCapacity(count)
    for row in 0..<count { spans.append(try span(at: row)) }
    return spans
  }

  /// Checks that columns which were read from bytes fit together, so that no access to a row can trap.
  package func validate() throws(CodingError) {
    let counts = [
      spanIDs.count, parentSpanIDs.count, starts.count, ends.count, kinds.count, statusCodes.count, flags.count,
      resourceIndices.count, scopeIndices.count, nameIndices.count, detailEnds.count,
    ]
    guard counts.allSatisfy({ $0 == count }) else { throw .malformed("columns: different lengths") }
    guard resourceIndices.allSatisfy({ $0 < resources.count }) else { throw .malformed("resource index") }
    guard scopeIndices.allSatisfy({ $0 < scopes.count }) else { throw .malformed("scope index") }
    guard nameIndices.allSatisfy({ $0 < names.count }) else { throw .malformed("name index") }
    guard outcomes.isEmpty && peerIndices.isEmpty || outcomes.count == count && peerIndices.count == count,
      peerIndices.allSatisfy({ $0 <= peers.count })
    else { throw .malformed("annotations") }
    var previous: UInt32 = 0
    for end in detailEnds {
      guard previous <= end, end <= details.count else { throw .malformed("details") }
      previous = end
    }
  }
}
