/// The fixed columns of one span. Who makes many spans gathers rows, and makes a batch of all of them at once:
/// appending to each column in turn takes several times as long.
package struct SpanRow: Sendable {
  package var traceID = TraceID.zero
  package var spanID = SpanID.zero
  package var parentSpanID = SpanID.zero
  package var start = Timestamp(unixNanoseconds: 0)
  package var end = Timestamp(unixNanoseconds: 0)
  package var kind = SpanKind.unspecified
  package var statusCode = SpanStatus.Code.unset
  package var flags: UInt32 = 0
  /// Positions in the batch's tables.
  package var resource: UInt32 = 0
  package var scope: UInt32 = 0
  package var name: UInt32 = 0
  package var shape: UInt32 = 0
  /// Where the row's details end in those of all rows.
  package var detailEnd: UInt32 = 0

  package init() {}
}

/// What the rows of a batch refer to, each once and in the order in which the rows first do.
package struct SpanTables: Sendable {
  package private(set) var resources: [Resource] = []
  package private(set) var scopes: [InstrumentationScope] = []
  package private(set) var names: [String] = []
  package private(set) var shapes: [AttributeShape] = []
  fileprivate var resourceMarks: [EntryMark] = []
  fileprivate var scopeMarks: [EntryMark] = []
  fileprivate var byteCount = 0

  package init() {}

  // Each returns the position of what it has added.

  package mutating func append(_ resource: Resource, _ mark: EntryMark) -> UInt32 {
    resources.append(resource)
    resourceMarks.append(mark)
    byteCount += mark.byteCount
    return UInt32(resources.count - 1)
  }

  package mutating func append(_ scope: InstrumentationScope, _ mark: EntryMark) -> UInt32 {
    scopes.append(scope)
    scopeMarks.append(mark)
    byteCount += mark.byteCount
    return UInt32(scopes.count - 1)
  }

  package mutating func append(_ name: String) -> UInt32 {
    names.append(name)
    byteCount += EntryMark.byteCount(name.utf8.count)
    return UInt32(names.count - 1)
  }

  package mutating func append(_ shape: AttributeShape) -> UInt32 {
    shapes.append(shape)
    byteCount += EntryMark.byteCount(shape.bytes.count)
    return UInt32(shapes.count - 1)
  }
}

extension SpanBatch {
  /// - Precondition: the rows' positions are ones of the tables, which hold nothing twice, and the details are as long
  ///   as the last row says.
  package init(_ rows: [SpanRow], _ tables: SpanTables, details: [UInt8]) {
    (resources, scopes, names, shapes) = (tables.resources, tables.scopes, tables.names, tables.shapes)
    traceIDs = rows.column(\.traceID)
    spanIDs = rows.column(\.spanID)
    parentSpanIDs = rows.column(\.parentSpanID)
    starts = rows.column(\.start)
    ends = rows.column(\.end)
    kinds = rows.column(\.kind)
    statusCodes = rows.column(\.statusCode)
    flags = rows.column(\.flags)
    resourceIndices = rows.column(\.resource)
    nameIndices = rows.column(\.name)
    scopeIndices = rows.column(\.scope)
    shapeIndices = rows.column(\.shape)
    detailEnds = rows.column(\.detailEnd)
    self.details = details
    known.resourceMarks = tables.resourceMarks
    known.scopeMarks = tables.scopeMarks
    known.byteCount = tables.byteCount
  }
}

extension [SpanRow] {
  @inline(__always)
  fileprivate func column<Value>(_ value: (SpanRow) -> Value) -> [Value] {
    [Value](capacity: count) { column in
      for row in self { column.append(value(row)) }
    }
  }
}
