import TraceModel

/// Where the sections of a sealed segment's footer lie; offsets are from the beginning of the slot.
struct Footer: Equatable, Sendable {
  let traceIndex: Section
  let traceFilter: Section
  let blockDirectory: Section
  /// The others, unknown ones included.
  private let others: [Section]

  /// Unknown numbers are skipped.
  enum ID: UInt16, CaseIterable, Sendable {
    case traceIndex = 1
    case traceFilter = 2
    case blockDirectory = 3
    case totals = 4
    case minutes = 5
    case unresolved = 6
    case corrections = 7
    /// Missing where the tokens of some block are not known.
    case attributeFilter = 8
  }

  /// Numbers that later versions will use: pins, tidy, rollup.
  static let reserved: ClosedRange<UInt16> = 9...31

  /// - Throws: if a section is missing without which a segment cannot be read.
  init(_ table: [Section]) throws(CodingError) {
    func section(_ id: ID) throws(CodingError) -> Section {
      guard let section = table.first(where: { $0.id == id.rawValue }) else { throw .malformed("footer: no \(id)") }
      return section
    }
    traceIndex = try section(.traceIndex)
    traceFilter = try section(.traceFilter)
    blockDirectory = try section(.blockDirectory)
    let required = [traceIndex.id, traceFilter.id, blockDirectory.id]
    others = table.filter { !required.contains($0.id) }
    if let filter = others.first(where: { $0.id == ID.attributeFilter.rawValue }) {
      guard filter.isWholePages, filter.storedByteCount > 0 else { throw .malformed("footer: section lengths") }
    }
    guard traceIndex.isWholePages, traceFilter.isWholePages, traceFilter.storedByteCount > 0 else {
      throw .malformed("footer: section lengths")
    }
  }

  var table: [Section] { [traceIndex, traceFilter, blockDirectory] + others }

  subscript(id: ID) -> Section? { table.first { $0.id == id.rawValue } }
}

extension Section {
  /// Of pages that are checked each by itself.
  fileprivate var isWholePages: Bool { storedByteCount % UInt32(Limits.pageByteCount) == 0 }

  var pageCount: Int { Int(storedByteCount) / Limits.pageByteCount }
  func offset(ofPage page: Int) -> UInt64 { range.lowerBound + UInt64(page * Limits.pageByteCount) }
}
