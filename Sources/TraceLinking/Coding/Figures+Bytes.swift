import TraceModel

// Figures as bytes: sections, each with its length before it; those of span names apart, because they are the most and
// seldom asked for. All numbers are varints, or zigzag varints (z) where they may be negative. A section:
//
//     version (1 byte) | 1 for span names, else 0 (1 byte) | granularity (1 byte)
//     number of nodes, each as `NodeIdentity+Bytes` | number of span names, each a string
//     number of groups, each:
//       subject (1 byte)   + 16 for the coverage
//       what is about two nodes: source, target | a service: itself | a span name: service, name, kind, outcome | the coverage: nothing
//       number of rows, each of another period and in their order:
//         period: 0 impossible, 1 whole, else 2 + its number; less that of the row before
//         contents (1 byte): what follows of
//           1  four counts (z)
//           2  spans (z)
//           4  first | last less first
//           8  sum of durations: high half (z), low half | shortest | longest less shortest
//              | number of buckets, each: bucket less the one before, count (z)
//
// Nodes and names are in the order of their texts, groups and rows in that of their numbers, but the coverage first: it
// tells which periods there are. The same figures are the same bytes, whatever order they were gathered in.

extension Figures {
  /// 2 knows more subjects than 1, and is otherwise the same.
  static let version: UInt8 = 2

  enum Contents {
    static let counts: UInt8 = 1
    static let spans: UInt8 = 2
    static let times: UInt8 = 4
    static let durations: UInt8 = 8
  }

  /// The subject's number for the coverage, which is stored with services otherwise.
  static let coverageFlag: UInt8 = 16

  /// As sections. Nothing but zeros takes no bytes at all.
  func encoded(_ keys: KeyTable, where isIncluded: (FigureKey) -> Bool = { _ in true }) -> [UInt8] {
    let cells = sortedCells()
    var writer = ByteWriter()
    for isSpanNames in [false, true] {
      let positions = rows.indices.filter {
        rows[$0].key.isSpanName == isSpanNames && isIncluded(rows[$0].key) && !(rows[$0].isZero && cells[$0].isEmpty)
      }
      if !positions.isEmpty { writer.lengthPrefixed(section(positions, cells, keys, isSpanNames ? 1 : 0)) }
    }
    return writer.bytes
  }

  private func section(_ positions: [Int], _ cells: SortedCells, _ keys: KeyTable, _ contents: UInt8) -> [UInt8] {
    var writer = ByteWriter([Self.version, contents, granularity.rawValue])
    let order = KeyOrder(positions.map { rows[$0].key }, keys, into: &writer)
    let sorted = positions.map { Entry(order.key(rows[$0].key), $0) }
      .sorted { ($0.group, $0.period) < ($1.group, $1.period) }
    var groups: [Range<Int>] = []
    for place in sorted.indices {
      if let last = groups.last, sorted[last.lowerBound].group == sorted[place].group {
        groups[groups.count - 1] = last.lowerBound..<place + 1
      } else {
        groups.append(place..<place + 1)
      }
    }
    writer.varint(groups.count)
    for group in groups {
      writer.group(sorted[group.lowerBound].key)
      writer.varint(group.count)
      var previous: UInt64 = 0
      for entry in sorted[group] {
        writer.varint(entry.period - previous)
        previous = entry.period
        writer.row(rows[entry.position], cells[entry.position])
      }
    }
    return writer.bytes
  }
}

/// Where a row goes.
private struct Entry {
  var key: FigureKey
  /// The same for rows that differ in their period alone; the least for the coverage.
  var group: UInt64
  var period: UInt64
  /// Among the rows.
  var position: Int

  init(_ key: FigureKey, _ position: Int) {
    self.key = key
    group = key.isCoverage ? 0 : key.timeless.rawValue
    period = key.period.code
    self.position = position
  }
}

/// The numbers of nodes and names that are in use, by the order of their texts.
private struct KeyOrder {
  private var parties: [UInt16: UInt16] = [:]
  private var names: [UInt32: UInt32] = [:]

  init(_ used: [FigureKey], _ keys: KeyTable, into writer: inout ByteWriter) {
    var (usedParties, usedNames): (Set<UInt16>, Set<UInt32>) = ([], [])
    for key in used where !key.isCoverage {
      usedParties.insert(key.source)
      if key.subject.hasTarget { usedParties.insert(key.target) }
      if key.isSpanName { usedNames.insert(key.name) }
    }
    writer.varint(usedParties.count)
    for party in usedParties.sorted(by: { keys.parties[Int($0)].id < keys.parties[Int($1)].id }) {
      parties[party] = UInt16(parties.count)
      keys.parties[Int(party)].encode(into: &writer)
    }
    writer.varint(usedNames.count)
    for name in usedNames.sorted(by: { keys.names[Int($0)] < keys.names[Int($1)] }) {
      names[name] = UInt32(names.count)
      writer.string(keys.names[Int(name)])
    }
  }

  func key(_ key: FigureKey) -> FigureKey {
    key.with(source: parties[key.source] ?? 0, target: parties[key.target] ?? 0, name: names[key.name] ?? 0)
  }
}

extension Period {
  var code: UInt64 {
    switch self {
    case .skewed: 0
    case .whole: 1
    default: UInt64(rawValue) + 2
    }
  }

  /// Nil for what is no period that spans are counted in.
  init?(code: UInt64) {
    switch code {
    case 0: self = .skewed
    case 1: self = .whole
    default:
      guard code < UInt64(Self.whole.rawValue) + 2 else { return nil }
      self.init(rawValue: UInt32(code - 2))
    }
  }
}

extension ByteWriter {
  fileprivate mutating func group(_ key: FigureKey) {
    fixed(UInt8(key.subject.rawValue) | (key.isCoverage ? Figures.coverageFlag : 0))
    if key.isCoverage { return }
    varint(UInt64(key.source))
    if key.subject.hasTarget { varint(UInt64(key.target)) }
    guard key.isSpanName else { return }
    varint(UInt64(key.name))
    fixed(key.kind)
    fixed(key.outcome)
  }

  fileprivate mutating func row(_ row: Figures.Row, _ cells: ArraySlice<SortedCells.Cell>) {
    let hasCounts = row.counts != SIMD4(repeating: 0)
    let hasDurations = row.sum != 0 || !cells.isEmpty
    var contents = hasCounts ? Figures.Contents.counts : 0
    if row.spans != 0 { contents |= Figures.Contents.spans }
    if row.times != nil { contents |= Figures.Contents.times }
    if hasDurations { contents |= Figures.Contents.durations }
    fixed(contents)
    if hasCounts {
      for place in 0..<4 { zigzag(row.counts[place]) }
    }
    if row.spans != 0 { zigzag(row.spans) }
    if row.times != nil {
      varint(row.first)
      varint(row.last - row.first)
    }
    guard hasDurations else { return }
    zigzag(Int64(truncatingIfNeeded: row.sum >> 64))
    varint(UInt64(truncatingIfNeeded: row.sum))
    varint(row.shortest)
    varint(row.longest - min(row.longest, row.shortest))
    varint(cells.count)
    var previous = 0
    for cell in cells {
      varint(cell.bucket - previous)
      zigzag(cell.count)
      previous = cell.bucket
    }
  }
}
