import TraceModel

/// A batch with what was found out about it, shared by all that read fields of its rows.
final class TraceQLColumns: Sendable {
  let batch: SpanBatch
  let trace: TraceQLTrace?
  let isAnnotated: Bool

  init(_ batch: SpanBatch, _ trace: TraceQLTrace?, needsDetails: Bool) throws(CodingError) {
    // It throws for a batch without them.
    if needsDetails { _ = try DetailsReader(batch) }
    (self.batch, self.trace, isAnnotated) = (batch, trace, batch.isAnnotated)
  }

  /// As a fold has annotated the span; where none has, by its status, as a `SpanFilter` has it.
  func outcome(_ row: Int) -> Outcome {
    isAnnotated ? batch.outcomes[row] : batch.statusCodes[row] == .error ? .fault : .ok
  }

  /// A reader at the value of the row's attribute that stands at a position of its shape.
  func attribute(at position: Int, ofRow row: Int) throws(CodingError) -> (ByteReader, AttributeType) {
    let end = Int(batch.detailEnds[row])
    var reader = ByteReader(batch.details[(row == 0 ? 0 : Int(batch.detailEnds[row - 1]))..<end])
    let types = batch.shapes[Int(batch.shapeIndices[row])].types
    for type in types[..<position] { try AttributeValue.skip(type, in: &reader) }
    return (reader, types[position])
  }
}

extension TraceQLField {
  /// Whether it lies in what a batch may be read without.
  package var needsDetails: Bool {
    switch self {
    case .attribute(let scope, _): scope != .resource && scope != .parentResource
    case .intrinsic(let intrinsic):
      switch intrinsic {
      case .statusMessage, .eventName, .eventTimeSinceStart, .linkTraceID, .linkSpanID, .instrumentationName,
        .instrumentationVersion:
        true
      default: false
      }
    }
  }

  /// Whether it can be told of a span without the others of its trace.
  package var isOfSpanAlone: Bool {
    switch self {
    case .attribute(let scope, _): scope != .parent && scope != .parentSpan && scope != .parentResource
    case .intrinsic(let intrinsic): intrinsic.isOfSpanAlone
    }
  }
}
