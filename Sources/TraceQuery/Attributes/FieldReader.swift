import TraceModel

/// Reads one field of many spans.
struct FieldReader {
  private let field: TraceQLField

  init(_ field: TraceQLField) {
    self.field = field
  }

  /// Counts the field's values in some rows of a batch, whose details are there.
  func read(_ batch: SpanBatch, _ rows: [Int], into counts: ValueCounts) throws(CodingError) {
    switch field {
    case .attribute(.resource, let key):
      let values = batch.resources.map { $0.attributes[key] }
      tally(rows, batch.resourceIndices, values.map { $0.map { [$0] } ?? [] }, counts)
    case .attribute(.instrumentation, let key):
      let values = batch.scopes.map { $0.attributes[key] }
      tally(rows, batch.scopeIndices, values.map { $0.map { [$0] } ?? [] }, counts)
    case .attribute(.span, let key): try spanAttribute(key, batch, rows, others: [], counts)
    case .attribute(.any, let key):
      try spanAttribute(key, batch, rows, others: batch.resources.map { $0.attributes[key] }, counts)
    case .attribute(.event, let key):
      try details(batch, rows, counts) { details in details.events.compactMap { $0.attributes[key] } }
    case .attribute(.link, let key):
      try details(batch, rows, counts) { details in details.links.compactMap { $0.attributes[key] } }
    case .attribute: break
    case .intrinsic(let intrinsic): try read(intrinsic, batch, rows, counts)
    }
  }

  private func read(
    _ intrinsic: TraceQLIntrinsic, _ batch: SpanBatch, _ rows: [Int], _ counts: ValueCounts
  ) throws(CodingError) {
    switch intrinsic {
    case .name: tally(rows, batch.nameIndices, batch.names.map { [.string($0)] }, counts)
    case .rootName:
      let roots = rows.filter { batch.parentSpanIDs[$0].isZero }
      tally(roots, batch.nameIndices, batch.names.map { [.string($0)] }, counts)
    case .rootServiceName:
      let roots = rows.filter { batch.parentSpanIDs[$0].isZero }
      let services = batch.resources.map { $0.serviceName.map { [AttributeValue.string($0)] } ?? [] }
      tally(roots, batch.resourceIndices, services, counts)
    case .instrumentationName: tally(rows, batch.scopeIndices, batch.scopes.map { Self.text($0.name) }, counts)
    case .instrumentationVersion: tally(rows, batch.scopeIndices, batch.scopes.map { Self.text($0.version) }, counts)
    case .statusMessage:
      let failed = rows.filter { batch.statusCodes[$0] != .unset }
      try details(batch, failed, counts) { Self.text($0.statusMessage) }
    case .eventName: try details(batch, rows, counts) { details in details.events.flatMap { Self.text($0.name) } }
    // Numbers of which every span has another one.
    default: break
    }
  }

  private static func text(_ text: String) -> [AttributeValue] { text.isEmpty ? [] : [.string(text)] }

  /// - Parameter values: of each entry of a table that `indices` point into.
  private func tally(
    _ rows: [Int], _ indices: [UInt32], _ values: [[AttributeValue]], _ counts: ValueCounts
  ) {
    var spans = [UInt64](repeating: 0, count: values.count)
    for row in rows { spans[Int(indices[row])] += 1 }
    for (index, count) in spans.enumerated() where count > 0 {
      for value in values[index] { counts.add(value, count) }
    }
  }

  /// - Parameter others: of each resource, what counts for a span that has no such attribute; empty for nothing.
  private func spanAttribute(
    _ key: String, _ batch: SpanBatch, _ rows: [Int], others: [AttributeValue?], _ counts: ValueCounts
  ) throws(CodingError) {
    let selection = AttributeSelection([key], in: batch)
    var (values, withoutIt) = ([AttributeValue?](), [Int]())
    for row in rows {
      guard selection.isAny(in: row, of: batch) else {
        withoutIt.append(row)
        continue
      }
      try selection.read(row, of: batch, into: &values)
      if let value = values[0] { counts.add(value) }
    }
    if !others.isEmpty { tally(withoutIt, batch.resourceIndices, others.map { $0.map { [$0] } ?? [] }, counts) }
  }

  private func details(
    _ batch: SpanBatch, _ rows: [Int], _ counts: ValueCounts, _ values: (SpanDetails) -> [AttributeValue]
  ) throws(CodingError) {
    for row in rows {
      // A span counts once for each value that it has.
      for value in Set(values(try batch.details(at: row))) { counts.add(value) }
    }
  }
}
