import TraceModel

/// One field of the rows of one batch: where it lies has been looked up once for each resource, scope and shape.
package struct TraceQLRowField: Sendable {
  private let source: Source
  private let columns: TraceQLColumns

  private indirect enum Source: Sendable {
    /// By position in the batch's table.
    case names([TraceQLValue])
    case resources([TraceQLValue])
    case scopes([TraceQLValue])
    /// By shape, the position among its attributes, or -1; where it has none, by resource.
    case attribute([Int], otherwise: [TraceQLValue]?)
    case parent(Source)
    case event(String)
    case link(String)
    case intrinsic(TraceQLIntrinsic)
    case nowhere
  }

  /// - Parameter trace: of the batch; without it, what depends on other spans is absent.
  /// - Throws: where the batch was read without details and the field is one of them.
  package init(
    _ field: TraceQLField, _ batch: SpanBatch, _ trace: TraceQLTrace? = nil
  ) throws(CodingError) {
    self.init(field, try TraceQLColumns(batch, trace, needsDetails: field.needsDetails))
  }

  init(_ field: TraceQLField, _ columns: TraceQLColumns) {
    self.columns = columns
    source = Self.source(field, columns.batch, columns.trace)
  }

  private static func source(_ field: TraceQLField, _ batch: SpanBatch, _ trace: TraceQLTrace?) -> Source {
    switch field {
    case .attribute(let scope, let key): source(scope, key, batch, trace)
    case .intrinsic(.name): .names(batch.names.map(TraceQLValue.string))
    case .intrinsic(.instrumentationName): .scopes(batch.scopes.map { .string($0.name) })
    case .intrinsic(.instrumentationVersion): .scopes(batch.scopes.map { .string($0.version) })
    case .intrinsic(let intrinsic): trace == nil && !intrinsic.isOfSpanAlone ? .nowhere : .intrinsic(intrinsic)
    }
  }

  private static func source(
    _ scope: TraceQLField.Scope, _ key: String, _ batch: SpanBatch, _ trace: TraceQLTrace?
  ) -> Source {
    switch scope {
    case .any: .attribute(positions(key, batch), otherwise: resources(key, batch))
    case .span: .attribute(positions(key, batch), otherwise: nil)
    case .resource: .resources(resources(key, batch))
    case .instrumentation: .scopes(batch.scopes.map { value($0.attributes, key) })
    case .event: .event(key)
    case .link: .link(key)
    case .parent: trace == nil ? .nowhere : .parent(source(.any, key, batch, trace))
    case .parentSpan: trace == nil ? .nowhere : .parent(source(.span, key, batch, trace))
    case .parentResource: trace == nil ? .nowhere : .parent(source(.resource, key, batch, trace))
    }
  }

  private static func positions(_ key: String, _ batch: SpanBatch) -> [Int] {
    batch.shapes.map { $0.position(of: key) ?? -1 }
  }

  private static func resources(_ key: String, _ batch: SpanBatch) -> [TraceQLValue] {
    batch.resources.map { value($0.attributes, key) }
  }

  private static func value(_ attributes: [Attribute], _ key: String) -> TraceQLValue {
    attributes[key].map { TraceQLValue($0) } ?? .absent
  }

  /// - Precondition: `row` is one of the batch.
  package func value(_ row: Int) throws(CodingError) -> TraceQLValue { try value(source, row) }

  private func value(_ source: Source, _ row: Int) throws(CodingError) -> TraceQLValue {
    switch source {
    case .names(let values): return values[Int(columns.batch.nameIndices[row])]
    case .resources(let values): return values[Int(columns.batch.resourceIndices[row])]
    case .scopes(let values): return values[Int(columns.batch.scopeIndices[row])]
    case .attribute(let positions, let otherwise):
      let shape = Int(columns.batch.shapeIndices[row])
      if positions[shape] < 0 { return otherwise?[Int(columns.batch.resourceIndices[row])] ?? .absent }
      var (reader, type) = try columns.attribute(at: positions[shape], ofRow: row)
      return TraceQLValue(try AttributeValue(type, from: &reader))
    case .parent(let source):
      let parent = columns.trace?.parents[row] ?? -1
      return parent < 0 ? .absent : try value(source, parent)
    case .event(let key):
      return Self.several(try columns.batch.details(at: row).events.map { Self.value($0.attributes, key) })
    case .link(let key):
      return Self.several(try columns.batch.details(at: row).links.map { Self.value($0.attributes, key) })
    case .intrinsic(let intrinsic): return try value(intrinsic, row)
    case .nowhere: return .absent
    }
  }

  private static func several(_ values: [TraceQLValue]) -> TraceQLValue {
    let present = values.filter { !$0.isAbsent }
    return present.isEmpty ? .absent : .several(present)
  }

  // Columns are taken out of the batch one by one: the whole of it would be copied for each row.
  private func value(_ intrinsic: TraceQLIntrinsic, _ row: Int) throws(CodingError) -> TraceQLValue {
    switch intrinsic {
    case .name: return .string(columns.batch.names[Int(columns.batch.nameIndices[row])])
    case .status: return .status(columns.batch.statusCodes[row])
    case .statusMessage: return .string(try columns.batch.details(at: row).statusMessage)
    case .kind: return .kind(columns.batch.kinds[row])
    case .duration: return TraceQLValue(columns.batch.ends[row].since(columns.batch.starts[row]))
    case .outcome: return .outcome(columns.outcome(row))
    case .spanID: return .string(columns.batch.spanIDs[row].description)
    case .parentID:
      let parent = columns.batch.parentSpanIDs[row]
      return parent.isZero ? .absent : .string(parent.description)
    case .traceID: return .string(columns.batch.traceIDs[row].description)
    case .eventName: return Self.several(try columns.batch.details(at: row).events.map { .string($0.name) })
    case .eventTimeSinceStart:
      let start = columns.batch.starts[row]
      return Self.several(try columns.batch.details(at: row).events.map { TraceQLValue($0.time.since(start)) })
    case .linkTraceID:
      return Self.several(try columns.batch.details(at: row).links.map { .string($0.traceID.description) })
    case .linkSpanID:
      return Self.several(try columns.batch.details(at: row).links.map { .string($0.spanID.description) })
    case .instrumentationName: return .string(columns.batch.scopes[Int(columns.batch.scopeIndices[row])].name)
    case .instrumentationVersion: return .string(columns.batch.scopes[Int(columns.batch.scopeIndices[row])].version)
    case .parent, .childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent, .traceDuration, .rootName,
      .rootServiceName:
      return columns.trace.map { value(intrinsic, row, $0) } ?? .absent
    }
  }

  private func value(_ intrinsic: TraceQLIntrinsic, _ row: Int, _ trace: TraceQLTrace) -> TraceQLValue {
    switch intrinsic {
    case .parent:
      trace.parents[row] < 0 ? .absent : .string(columns.batch.spanIDs[trace.parents[row]].description)
    case .childCount: .int(Int64(trace.childCounts[row]))
    case .nestedSetLeft: .int(Int64(trace.lefts[row]))
    case .nestedSetRight: .int(Int64(trace.rights[row]))
    case .nestedSetParent: .int(Int64(trace.nestedParents[row]))
    case .traceDuration: TraceQLValue(trace.duration)
    case .rootName: trace.rootName.map(TraceQLValue.string) ?? .absent
    case .rootServiceName: trace.rootService.map(TraceQLValue.string) ?? .absent
    default: .absent
    }
  }
}
