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
  let resources: [Resource]
  let resourceMarks: [EntryMark]
  let scopes: [InstrumentationScope]
  let scopeMarks: [EntryMark]
  let names: [String]
  let shapes: [AttributeShape]

  /// - Precondition: there is a mark for each resource and each scope.
  package init(
    resources: [Resource], _ resourceMarks: [EntryMark], scopes: [InstrumentationScope], _ scopeMarks: [EntryMark],
    names: [String], shapes: [AttributeShape]
  ) {
    precondition(resources.count == resourceMarks.count && scopes.count == scopeMarks.count)
    (self.resources, self.resourceMarks, self.scopes, self.scopeMarks) = (
      resources, resourceMarks, scopes, scopeMarks
    )
    (self.names, self.shapes) = (names, shapes)
  }

  fileprivate var byteCount: Int {
    var count = 0
    for mark in resourceMarks { count += mark.byteCount }
    for mark in scopeMarks { count += mark.byteCount }
    for name in names { count += EntryMark.byteCount(name.utf8.count) }
    for shape in shapes { count += EntryMark.byteCount(shape.bytes.count) }
    return count
  }
}

extension SpanBatch {
  /// - Precondition: the rows' positions are ones of the tables, and the details are as long as the last row says.
  package init(_ rows: [SpanRow], _ tables: SpanTables, details: [UInt8]) {
    self.init(
      resources: tables.resources, scopes: tables.scopes, names: tables.names, shapes: tables.shapes,
      traceIDs: rows.column(\.traceID), spanIDs: rows.column(\.spanID), parentSpanIDs: rows.column(\.parentSpanID),
      starts: rows.column(\.start), ends: rows.column(\.end), kinds: rows.column(\.kind),
      statusCodes: rows.column(\.statusCode), flags: rows.column(\.flags), resourceIndices: rows.column(\.resource),
      nameIndices: rows.column(\.name), scopeIndices: rows.column(\.scope), shapeIndices: rows.column(\.shape),
      detailEnds: rows.column(\.detailEnd), details: details,
      known: KnownEntries(tables.resourceMarks, tables.scopeMarks, byteCount: tables.byteCount))
  }
}

extension [SpanRow] {
  @inline(__always)
  fileprivate func column<Value>(_ value: (SpanRow) -> Value) -> [Value] {
    var column: [Value] = []
    column.reserveCapacity(count)
    for row in self { column.append(value(row)) }
    return column
  }
}
