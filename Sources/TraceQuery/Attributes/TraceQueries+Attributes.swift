import RingStore
import TraceModel

extension TraceQueries {
  /// The keys of the attributes that spans which ended in a window have: those of the newest blocks first, until all are
  /// seen, `QueryLimits.attributeSpansMax` spans or the time is up. Of events and links, those of some spans of each block
  /// are looked at.
  /// - Parameter isTimeUp: asked between blocks; true ends the walk with what it has found.
  package func attributeKeys(
    _ window: TimeWindow, isTimeUp: () -> Bool = { false }
  ) throws(QueryError) -> Answer<AttributeKeys> {
    let keys = KeySets()
    let found = try walk(SpanFilter(), window, isTimeUp) { batch, rows throws(CodingError) in try keys.add(batch, rows)
    }
    var way = found.value
    if keys.isCut { way.isWhole = false }
    return Answer(value: keys.sorted(way), missingBlocks: found.missingBlocks, retention: found.retention)
  }

  /// The values of something that spans which ended in a window have, with how many of the spans have each: found as
  /// `attributeKeys` finds keys, and bounded in number and bytes.
  /// - Parameters:
  ///   - field: whose values. An intrinsic that is no text, or that only whole traces tell, has none here.
  ///   - question: in TraceQL; only spans for which those of its conditions hold that can be read. It may be unfinished.
  package func attributeValues(
    of field: TraceQLField, like question: String? = nil, _ window: TimeWindow,
    isTimeUp: () -> Bool = { false }
  ) throws(QueryError) -> Answer<AttributeValues> {
    let counts = ValueCounts()
    let reader = FieldReader(field)
    let filter = question.map { SpanFilter(incompleteTraceQL: $0) } ?? SpanFilter()
    let found = try walk(filter, window, isTimeUp) { batch, rows throws(CodingError) in
      try reader.read(batch, rows, into: counts)
    }
    var values = AttributeValues()
    (values.values, values.walk) = (counts.sorted, found.value)
    if counts.isCut { values.walk.isWhole = false }
    return Answer(value: values, missingBlocks: found.missingBlocks, retention: found.retention)
  }

  /// Shows the spans for which a filter holds to `visit`, block by block, newest first.
  private func walk(
    _ filter: SpanFilter, _ window: TimeWindow, _ isTimeUp: () -> Bool,
    _ visit: @escaping (SpanBatch, [Int]) throws(CodingError) -> Void
  ) throws(QueryError) -> Answer<AttributeWalk> {
    let snapshot = try takeSnapshot()
    let counted = CountedWalk()
    let page: SearchPage
    do throws(RingError) {
      page = try snapshot.visit(
        filter, window: window, hasDetails: true,
        isAbandoned: { isTimeUp() || isAbandoned() || counted.walk.spans >= QueryLimits.attributeSpansMax }
      ) { batch, rows throws(CodingError) in
        counted.walk.spans += UInt64(rows.count)
        counted.walk.bytes += UInt64(batch.details.count + batch.count * SpanBatch.rowByteCount)
        try visit(batch, rows)
        return true
      }
    } catch {
      throw .ring(error)
    }
    if isAbandoned() { throw .abandoned }
    counted.walk.isWhole = !page.isCut
    let missingBlocks = page.isPartial ? max(1, page.damage.count { $0.losesSpans }) : 0
    return Answer(
      value: counted.walk, missingBlocks: missingBlocks + snapshot.damage.count { $0.losesSpans },
      retention: snapshot.retention)
  }
}

/// A class, because what visits blocks has to be able to keep it.
private final class CountedWalk {
  var walk = AttributeWalk()
}

/// The keys that were met, of each scope at most `QueryLimits.attributeKeysMax`.
private final class KeySets {
  private var resource: Set<String> = []
  private var span: Set<String> = []
  private var event: Set<String> = []
  private var link: Set<String> = []
  private var instrumentation: Set<String> = []
  private(set) var isCut = false

  func add(_ batch: SpanBatch, _ rows: [Int]) throws(CodingError) {
    let whole = rows.count == batch.count
    let resources = whole ? Set(batch.resources.indices) : Set(rows.map { Int(batch.resourceIndices[$0]) })
    for index in resources { add(batch.resources[index].attributes.map(\.key), to: \.resource) }
    let scopes = whole ? Set(batch.scopes.indices) : Set(rows.map { Int(batch.scopeIndices[$0]) })
    for index in scopes { add(batch.scopes[index].attributes.map(\.key), to: \.instrumentation) }
    let shapes = whole ? Set(batch.shapes.indices) : Set(rows.map { Int(batch.shapeIndices[$0]) })
    for index in shapes { add(batch.shapes[index].keys, to: \.span) }
    // Spread over the block, because neighbours are alike.
    let step = max(1, rows.count / QueryLimits.attributeEventRowsMax)
    for position in stride(from: 0, to: rows.count, by: step) {
      let details = try batch.details(at: rows[position])
      for one in details.events { add(one.attributes.map(\.key), to: \.event) }
      for one in details.links { add(one.attributes.map(\.key), to: \.link) }
    }
  }

  private func add(_ keys: [String], to set: ReferenceWritableKeyPath<KeySets, Set<String>>) {
    for key in keys where !key.isEmpty && !self[keyPath: set].contains(key) {
      guard self[keyPath: set].count < QueryLimits.attributeKeysMax,
        key.utf8.count <= QueryLimits.attributeKeyBytesMax
      else {
        isCut = true
        continue
      }
      self[keyPath: set].insert(key)
    }
  }

  func sorted(_ walk: AttributeWalk) -> AttributeKeys {
    var keys = AttributeKeys()
    (keys.resource, keys.span, keys.event) = (resource.sorted(), span.sorted(), event.sorted())
    (keys.link, keys.instrumentation, keys.walk) = (link.sorted(), instrumentation.sorted(), walk)
    return keys
  }
}
