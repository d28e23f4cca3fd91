import TraceModel

/// Where the sections of a sealed segment's footer lie; offsets are from the beginning of the slot.
struct Footer: Equatable, Sendable {
  var traceIndex: Section
  var traceFilter: Section
  var blockDirectory: Section

  /// Unknown numbers are skipped.
  enum ID: UInt16, CaseIterable, Sendable {
    case traceIndex = 1
    case traceFilter = 2
    case blockDirectory = 3
  }

  /// Numbers that later versions will use: totals, minutes, edges, unresolved halves, corrections, attribute filters,
  /// pins, tidy, rollup.
  static let reserved: ClosedRange<UInt16> = 4...31

  /// What the footer of a segment takes at most, trailer not counted.
  static func byteCount(fingerprintCount: Int, blockCount: Int) -> Int {
    TraceIndex.byteCount(entryCount: fingerprintCount)
      + TraceFilter.byteCount(traceCount: fingerprintCount).roundedUpToPage
      + (blockCount * BlockDescriptor.entryByteCount).roundedUpToPage
  }

  /// The footer's bytes, to be written at `place`, its description for the trailer, and the filter to keep in memory.
  static func make(
    of blocks: BlockList, segment: UInt64, at place: Place
  ) -> (footer: Footer, filter: TraceFilter, bytes: [UInt8]) {
    let entries = TraceIndex.entries(of: blocks)
    var filter = TraceFilter(traceCount: TraceIndex.traceCount(in: entries))
    var last: UInt64?
    for entry in entries where entry.fingerprint != last {
      filter.insert(entry.fingerprint)
      last = entry.fingerprint
    }
    var bytes: [UInt8] = []
    let append = { (id: ID, codec: Section.Codec, content: [UInt8]) -> Section in
      let section = Section(
        id: id.rawValue, codec: codec, offset: UInt32(place.offset) + UInt32(bytes.count),
        storedByteCount: UInt32(content.count), rawByteCount: UInt32(content.count), checksum: Checksum.of(content))
      bytes.append(contentsOf: content)
      bytes.append(contentsOf: [UInt8](repeating: 0, count: bytes.count.roundedUpToPage - bytes.count))
      return section
    }
    let footer = Footer(
      traceIndex: append(.traceIndex, .verbatim, TraceIndex.pages(of: entries, segment: segment, at: place)),
      traceFilter: append(.traceFilter, .numbers(width: 4), ColumnBytes.encode(filter.words) { $0 }),
      blockDirectory: append(.blockDirectory, .verbatim, blocks.all.flatMap { $0.encodedEntry() }))
    return (footer, filter, bytes)
  }
}
