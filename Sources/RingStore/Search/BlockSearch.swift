import TraceModel

/// Looks for the rows of blocks that match: columns first, tables by their bytes, attributes only of the rows that are left.
struct BlockSearch {
  private let plan: SearchPlan
  private let sections: Set<BlockSection>
  private let attributeConditions: [SpanFilter.Condition]
  /// What the conditions say of resources that were met before, which are few and the same in many blocks.
  private var verdicts: [ArraySlice<UInt8>: ResourceVerdict] = [:]

  private static let verdictCountMax = 4096

  init(_ plan: SearchPlan) {
    self.plan = plan
    var sections: Set<BlockSection> = []
    for condition in plan.conditions { sections.formUnion(Self.sections(for: condition)) }
    self.sections = sections
    attributeConditions = plan.conditions.filter(\.readsSpanAttributes)
  }

  private static func sections(for condition: SpanFilter.Condition) -> Set<BlockSection> {
    switch condition {
    case .service, .serviceNamespace, .attribute(.resource, _, _), .hasAttribute(.resource, _):
      [.resourceIndices, .resources]
    case .attribute, .hasAttribute: []
    case .spanName: [.nameIndices, .names]
    case .kind: [.kinds]
    case .status: [.statusCodes]
    case .outcome: [.outcomes, .statusCodes]
    case .duration, .end: [.starts, .durations]
    case .start: [.starts]
    }
  }

  /// In rising order.
  mutating func rows(of block: BlockReader, _ descriptor: BlockDescriptor) throws(RingError) -> [Int] {
    let checksEnds = plan.mustCheckEnds(of: descriptor)
    let bytes = try block.columns(checksEnds ? sections.union([.starts, .durations]) : sections)
    let rows: [Int]
    do throws(CodingError) {
      rows = try matching(bytes, checksEnds: checksEnds)
    } catch {
      throw block.damaged(error)
    }
    return attributeConditions.isEmpty || rows.isEmpty ? rows : try withAttributes(rows, of: block)
  }

  private mutating func matching(_ bytes: SectionBytes, checksEnds: Bool) throws(CodingError) -> [Int] {
    var mask = RowMask(count: bytes.spanCount)
    if checksEnds {
      guard let range = plan.ends else { return [] }
      mask.keep(where: try Self.ends(bytes), areIn: range)
    }
    for condition in plan.conditions { try keep(condition, bytes, &mask) }
    return mask.rows
  }

  private mutating func keep(
    _ condition: SpanFilter.Condition, _ bytes: SectionBytes, _ mask: inout RowMask
  ) throws(CodingError) {
    switch condition {
    case .kind(let kind): try mask.keep(.kinds, equals: UInt64(bitPattern: Int64(kind.rawValue)), bytes)
    case .status(let code): try mask.keep(.statusCodes, equals: UInt64(bitPattern: Int64(code.rawValue)), bytes)
    case .outcome(let outcome): try keep(outcome, bytes, &mask)
    case .duration(let range):
      mask.keep(
        where: try Self.durations(bytes), areIn: range.lowerBound.nanoseconds...range.upperBound.nanoseconds)
    case .start(let range):
      mask.keep(
        where: try bytes.column(.starts, rows: nil) { $0 },
        areIn: range.lowerBound.unixNanoseconds...range.upperBound.unixNanoseconds)
    case .end(let range):
      mask.keep(
        where: try Self.ends(bytes), areIn: range.lowerBound.unixNanoseconds...range.upperBound.unixNanoseconds)
    case .spanName(let name):
      let wanted = Array(name.utf8)[...]
      try mask.keep(
        where: try bytes.column(.nameIndices, rows: nil) { $0 },
        areMarkedIn: try bytes.table(.names).map { $0 == wanted })
    case .service, .serviceNamespace, .attribute(.resource, _, _), .hasAttribute(.resource, _):
      var marks: [Bool] = []
      for resource in try bytes.table(.resources) { marks.append(try verdict(on: resource).holds(condition)) }
      try mask.keep(where: try bytes.column(.resourceIndices, rows: nil) { $0 }, areMarkedIn: marks)
    case .attribute, .hasAttribute: break
    }
  }

  private func keep(_ outcome: Outcome, _ bytes: SectionBytes, _ mask: inout RowMask) throws(CodingError) {
    if bytes.has(.outcomes) { return try mask.keep(.outcomes, equals: UInt64(outcome.rawValue), bytes) }
    let codes = try bytes.column(.statusCodes, rows: nil) {
      $0 == UInt64(SpanStatus.Code.error.rawValue) ? 1 : 0 as UInt64
    }
    switch outcome {
    case .fault: mask.keep(where: codes, areIn: 1...1)
    case .ok: mask.keep(where: codes, areIn: 0...0)
    case .error, .throttle: mask.keep(where: codes, areIn: 2...2)
    }
  }

  private static func ends(_ bytes: SectionBytes) throws(CodingError) -> [UInt64] {
    var ends = try bytes.column(.starts, rows: nil) { $0 }
    let lengths = try bytes.column(.durations, rows: nil) { $0 }
    for row in ends.indices { ends[row] &+= lengths[row] }
    return ends
  }

  /// Zero for spans that end before they start.
  private static func durations(_ bytes: SectionBytes) throws(CodingError) -> [UInt64] {
    let starts = try bytes.column(.starts, rows: nil) { $0 }
    var lengths = try bytes.column(.durations, rows: nil) { $0 }
    for row in lengths.indices where starts[row] &+ lengths[row] < starts[row] { lengths[row] = 0 }
    return lengths
  }

  private mutating func verdict(on resource: ArraySlice<UInt8>) throws(CodingError) -> ResourceVerdict {
    if let known = verdicts[resource] { return known }
    if verdicts.count >= Self.verdictCountMax { verdicts = [:] }
    var reader = ByteReader(resource)
    let verdict = ResourceVerdict(plan.conditions, on: try Resource(from: &reader))
    verdicts[ArraySlice(Array(resource))] = verdict
    return verdict
  }

  /// Those of `rows` for which the conditions on attributes of spans hold.
  private func withAttributes(_ rows: [Int], of block: BlockReader) throws(RingError) -> [Int] {
    // All rows are read in fewer steps than as many by number.
    let isWhole = rows.count == Int(block.header.spanCount)
    let batch = try block.spans(rows: isWhole ? nil : rows)
    do throws(CodingError) {
      let matcher = AttributeMatcher(attributeConditions, batch)
      var matching: [Int] = []
      for (position, row) in rows.enumerated() where try matcher.holds(position, batch) { matching.append(row) }
      return matching
    } catch {
      throw block.damaged(error)
    }
  }
}

extension RowMask {
  fileprivate mutating func keep(
    _ section: BlockSection, equals number: UInt64, _ bytes: SectionBytes
  ) throws(CodingError) {
    keep(where: try bytes.column(section, rows: nil) { $0 }, areIn: number...number)
  }
}

extension SpanFilter.Condition {
  fileprivate var readsSpanAttributes: Bool {
    switch self {
    case .attribute(.span, _, _), .attribute(.any, _, _), .hasAttribute(.span, _), .hasAttribute(.any, _): true
    default: false
    }
  }
}
