extension SpanBatch {
  package func resource(at row: Int) -> Resource { resources[Int(resourceIndices[row])] }
  /// - Precondition: the batch has details.
  package func scope(at row: Int) -> InstrumentationScope { scopes[Int(scopeIndices[row])] }
  package func name(at row: Int) -> String { names[Int(nameIndices[row])] }
  package func duration(at row: Int) -> Duration { ends[row].since(starts[row]) }

  package func identity(at row: Int) -> Span.Identity {
    Span.Identity(traceID: traceIDs[row], spanID: spanIDs[row], kind: kinds[row], start: starts[row])
  }

  /// - Precondition: the batch has details.
  package func detailRange(ofRow row: Int) -> Range<Int> {
    (row == 0 ? 0 : Int(detailEnds[row - 1]))..<Int(detailEnds[row])
  }

  /// - Throws: also if the batch has no details.
  package func details(at row: Int) throws(CodingError) -> SpanDetails {
    var reader = try detailReader(ofRow: row)
    return try SpanDetails(shapes[Int(shapeIndices[row])], start: starts[row], from: &reader)
  }

  /// Only the attributes, which stand first, without decoding the rest.
  /// - Throws: also if the batch has no details.
  package func attributes(at row: Int) throws(CodingError) -> [Attribute] {
    var reader = try detailReader(ofRow: row)
    return try [Attribute](shapes[Int(shapeIndices[row])], from: &reader)
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

  func detailReader(ofRow row: Int) throws(CodingError) -> ByteReader {
    guard hasDetails else { throw .withoutDetails }
    return ByteReader(details[detailRange(ofRow: row)])
  }
}

extension SpanBatch {
  /// Checks that columns which were read from bytes fit together, so that no access to a row can trap. Details may be
  /// missing altogether, and so may annotations.
  package func validate() throws(CodingError) {
    let counts = [
      spanIDs.count, parentSpanIDs.count, starts.count, ends.count, kinds.count, statusCodes.count, flags.count,
      resourceIndices.count, nameIndices.count,
    ]
    guard counts.allSatisfy({ $0 == count }) else { throw .malformed("columns: different lengths") }
    guard resourceIndices.allSatisfy({ $0 < resources.count }) else { throw .malformed("resource index") }
    guard nameIndices.allSatisfy({ $0 < names.count }) else { throw .malformed("name index") }
    guard outcomes.isEmpty && peerIndices.isEmpty || outcomes.count == count && peerIndices.count == count,
      peerIndices.allSatisfy({ $0 <= peers.count })
    else { throw .malformed("annotations") }
    let detailCounts = [detailEnds.count, scopeIndices.count, shapeIndices.count]
    if details.isEmpty && detailCounts.allSatisfy({ $0 == 0 }) { return }
    guard detailCounts.allSatisfy({ $0 == count }) else { throw .malformed("columns: different lengths") }
    guard scopeIndices.allSatisfy({ $0 < scopes.count }) else { throw .malformed("scope index") }
    guard shapeIndices.allSatisfy({ $0 < shapes.count }) else { throw .malformed("shape index") }
    var previous: UInt32 = 0
    for end in detailEnds {
      guard previous <= end, end <= details.count else { throw .malformed("details") }
      previous = end
    }
  }
}

extension CodingError {
  static let withoutDetails = CodingError.malformed("question: the batch was read without details")
}
