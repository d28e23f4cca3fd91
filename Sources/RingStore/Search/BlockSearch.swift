import TraceModel

/// Looks for the rows of blocks that match: columns first, tables by their bytes, attributes only of the rows that are left.
struct BlockSearch {
  private let plan: SearchPlan
  private let sections: Set<BlockSection>
  /// What is about a span's attributes, each condition once, and the question that it puts to them.
  private let attributeConditions: [SpanFilter.Condition]
  private let probe: AttributeProbe
  /// What is about resources.
  private let resourceConditions: [SpanFilter.Condition]
  /// What the conditions say of resources that were met before, which are few and the same in many blocks.
  private var verdicts: [ArraySlice<UInt8>: ResourceVerdict] = [:]

  private static let verdictCountMax = 4096

  init(_ plan: SearchPlan) {
    self.plan = plan
    let conditions = plan.filter.allConditions
    sections = conditions.reduce(into: []) { $0.formUnion(Self.sections(for: $1)) }
    attributeConditions = conditions.filter(\.readsSpanAttributes)
    probe = AttributeProbe(attributeConditions.compactMap(\.attributeQuestion))
    resourceConditions = conditions.filter(\.readsResources)
  }

  private static func sections(for condition: SpanFilter.Condition) -> Set<BlockSection> {
    switch condition {
    case .service, .serviceNamespace, .attribute(.resource, _, _), .hasAttribute(.resource, _),
      .attributeValue(.resource, _, _), .attribute(.any, _, _), .hasAttribute(.any, _), .attributeValue(.any, _, _):
      [.resourceIndices, .resources]
    case .attribute, .hasAttribute, .attributeValue, .anyOf, .not: []
    case .spanName, .name: [.nameIndices, .names]
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
    return attributeConditions.isEmpty || rows.isEmpty ? rows : try withAttributes(rows, bytes, of: block)
  }

  private mutating func matching(_ bytes: SectionBytes, checksEnds: Bool) throws(CodingError) -> [Int] {
    guard checksEnds else { return try mask(of: plan.filter, bytes, .unknown(counts: true)).rows }
    guard let range = plan.ends else { return [] }
    var mask = try mask(of: plan.filter, bytes, .unknown(counts: true))
    mask.keep(where: try Self.ends(bytes), areIn: range)
    return mask.rows
  }

  /// Those of `rows` for which the conditions on attributes of spans hold, too.
  private mutating func withAttributes(
    _ rows: [Int], _ bytes: SectionBytes, of block: BlockReader
  ) throws(RingError) -> [Int] {
    let verdicts = try block.verdicts(probe, rows: rows)
    do throws(CodingError) {
      let fallbacks = try fallbacks(rows, bytes)
      var masks: [SpanFilter.Condition: RowMask] = [:]
      for (number, condition) in attributeConditions.enumerated() {
        var mask = RowMask(count: bytes.spanCount, isFull: false)
        let marks = fallbacks.verdicts.map { $0.holds(condition) }
        for (position, row) in rows.enumerated() {
          let holds =
            switch verdicts[number][position] {
            case .passes: true
            case .fails: false
            case .isMissing: marks.isEmpty ? false : marks[Int(fallbacks.indices[position])]
            }
          if holds { mask.insert(row) }
        }
        masks[condition] = mask
      }
      var mask = RowMask(count: bytes.spanCount, isFull: false)
      for row in rows { mask.insert(row) }
      mask.formIntersection(try self.mask(of: plan.filter, bytes, .known(masks)))
      return mask.rows
    } catch {
      throw block.damaged(error)
    }
  }

  /// What is said where a row has no attribute of its own: by resource, and which resource each row has. Empty where nothing
  /// is.
  private mutating func fallbacks(
    _ rows: [Int], _ bytes: SectionBytes
  ) throws(CodingError) -> (verdicts: [ResourceVerdict], indices: [UInt64]) {
    guard sections.contains(.resources) else { return ([], []) }
    var verdicts: [ResourceVerdict] = []
    for resource in try bytes.table(.resources) { verdicts.append(try verdict(on: resource)) }
    let indices = try bytes.column(.resourceIndices, rows: rows) { $0 }
    guard indices.allSatisfy({ $0 < UInt64(verdicts.count) }) else { throw .malformed("a position in a table") }
    return (verdicts, indices)
  }

  private mutating func verdict(on resource: ArraySlice<UInt8>) throws(CodingError) -> ResourceVerdict {
    if let known = verdicts[resource] { return known }
    if verdicts.count >= Self.verdictCountMax { verdicts = [:] }
    var reader = ByteReader(resource)
    let verdict = ResourceVerdict(resourceConditions, on: try Resource(from: &reader))
    verdicts[ArraySlice(Array(resource))] = verdict
    return verdict
  }
}

// MARK: - Masks

extension BlockSearch {
  /// What is known of the conditions on attributes of spans.
  private enum Attributes {
    /// Nothing yet; so they count as holding, or as not holding.
    case unknown(counts: Bool)
    case known([SpanFilter.Condition: RowMask])

    var inverted: Attributes {
      if case .unknown(let counts) = self { .unknown(counts: !counts) } else { self }
    }
  }

  private mutating func mask(
    of filter: SpanFilter, _ bytes: SectionBytes, _ attributes: Attributes
  ) throws(CodingError) -> RowMask {
    var mask = RowMask(count: bytes.spanCount)
    for condition in filter.conditions { try keep(condition, bytes, attributes, &mask) }
    return mask
  }

  private mutating func keep(
    _ condition: SpanFilter.Condition, _ bytes: SectionBytes, _ attributes: Attributes, _ mask: inout RowMask
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
      try Self.keepNames(bytes, &mask) { $0 == wanted }
    case .name(let test): try Self.keepNames(bytes, &mask, test.text)
    case .service, .serviceNamespace, .attribute(.resource, _, _), .hasAttribute(.resource, _),
      .attributeValue(.resource, _, _):
      var marks: [Bool] = []
      for resource in try bytes.table(.resources) { marks.append(try verdict(on: resource).holds(condition)) }
      try mask.keep(where: try bytes.column(.resourceIndices, rows: nil) { $0 }, areMarkedIn: marks)
    case .attribute, .hasAttribute, .attributeValue:
      switch attributes {
      case .unknown(counts: true): break
      case .unknown(counts: false): mask = RowMask(count: bytes.spanCount, isFull: false)
      case .known(let masks): if let known = masks[condition] { mask.formIntersection(known) }
      }
    case .anyOf(let filters):
      var any = RowMask(count: bytes.spanCount, isFull: false)
      for filter in filters { any.formUnion(try self.mask(of: filter, bytes, attributes)) }
      mask.formIntersection(any)
    case .not(let filter):
      var others = try self.mask(of: filter, bytes, attributes.inverted)
      others.invert()
      mask.formIntersection(others)
    }
  }

  private static func keepNames(
    _ bytes: SectionBytes, _ mask: inout RowMask, _ isWanted: (ArraySlice<UInt8>) -> Bool
  ) throws(CodingError) {
    try mask.keep(
      where: try bytes.column(.nameIndices, rows: nil) { $0 }, areMarkedIn: try bytes.table(.names).map(isWanted))
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
}

extension RowMask {
  fileprivate mutating func keep(
    _ section: BlockSection, equals number: UInt64, _ bytes: SectionBytes
  ) throws(CodingError) {
    keep(where: try bytes.column(section, rows: nil) { $0 }, areIn: number...number)
  }
}

// MARK: - Conditions

extension SpanFilter {
  /// Those inside of others, too, each once.
  fileprivate var allConditions: [Condition] {
    var all: [Condition] = []
    for condition in conditions {
      let inner: [Condition] =
        switch condition {
        case .anyOf(let filters): filters.flatMap(\.allConditions)
        case .not(let filter): filter.allConditions
        default: [condition]
        }
      for one in inner where !all.contains(one) { all.append(one) }
    }
    return all
  }
}

extension SpanFilter.Condition {
  fileprivate var readsSpanAttributes: Bool { attributeQuestion != nil }

  /// What is asked of a span's own attribute; nil for conditions that ask nothing of any.
  fileprivate var attributeQuestion: AttributeProbe.Question? {
    switch self {
    case .attribute(.resource, _, _), .hasAttribute(.resource, _), .attributeValue(.resource, _, _): nil
    case .attribute(_, let key, let value): AttributeProbe.Question(key: key, test: value.test)
    case .hasAttribute(_, let key):
      AttributeProbe.Question(key: key, test: ValueTest("is there", text: { _ in true }, other: { _ in true }))
    case .attributeValue(_, let key, let test): AttributeProbe.Question(key: key, test: test)
    default: nil
    }
  }

  fileprivate var readsResources: Bool {
    switch self {
    case .service, .serviceNamespace: true
    case .attribute(let scope, _, _), .hasAttribute(let scope, _), .attributeValue(let scope, _, _): scope != .span
    default: false
    }
  }
}

extension SpanFilter.Value {
  fileprivate var test: ValueTest {
    var wanted: ArraySlice<UInt8>?
    if case .string(let text) = self { wanted = Array(text.utf8)[...] }
    return ValueTest("equals", text: { [wanted] in $0 == wanted }, other: { equals($0) })
  }
}
