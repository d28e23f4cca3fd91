import TraceModel

/// Reads a section of what `Figures.encoded` wrote, from bytes that may be anything: throws where they are something else, and takes
/// memory in proportion to their number.
struct FigureReader {
  let granularity: Granularity
  private(set) var parties: [NodeIdentity] = []
  private(set) var names: [String] = []
  /// Stands before the first group.
  private let reader: ByteReader

  /// The sections of `bytes`, those of span names only if they are wanted.
  static func sections(of bytes: [UInt8], hasSpanNames: Bool) throws(CodingError) -> [FigureReader] {
    var reader = ByteReader(bytes)
    var sections: [FigureReader] = []
    while !reader.isAtEnd {
      var section = ByteReader(try reader.lengthPrefixed())
      guard 1...Figures.version ~= (try section.byte()) else {
        throw .malformed("figures: a version that is not known here")
      }
      if try section.byte() == 1 && !hasSpanNames { continue }
      sections.append(try FigureReader(section))
    }
    return sections
  }

  private init(_ reader: ByteReader) throws(CodingError) {
    var reader = reader
    guard let granularity = Granularity(rawValue: try reader.byte()) else { throw .malformed("figures: granularity") }
    self.granularity = granularity
    let partyCount = try reader.elementCount()
    guard partyCount <= UInt16.max else { throw .malformed("figures: too many nodes") }
    for _ in 0..<partyCount { parties.append(try NodeIdentity(from: &reader)) }
    let nameCount = try reader.elementCount()
    guard nameCount < 1 << 17 else { throw .malformed("figures: too many span names") }
    for _ in 0..<nameCount { names.append(try reader.string()) }
    self.reader = reader
  }

  /// All rows, with their buckets. Keys' parties and names are numbers of this reader.
  func rows() throws(CodingError) -> (rows: [Figures.Row], cells: SortedCells) {
    var reader = reader
    var rows: [Figures.Row] = []
    var cells = SortedCells()
    for _ in 0..<(try reader.elementCount()) {
      var key = try group(&reader)
      var code: UInt64 = 0
      for _ in 0..<(try reader.elementCount()) {
        key.period = try period(&code, &reader)
        rows.append(try row(key, &reader, &cells))
      }
    }
    guard reader.isAtEnd else { throw .malformed("figures: too long") }
    return (rows, cells)
  }

  /// The periods in which spans were counted, without reading on.
  func periods() throws(CodingError) -> [Period] {
    var reader = reader
    guard try reader.elementCount() > 0, try group(&reader).isCoverage else { return [] }
    var periods: [Period] = []
    var cells = SortedCells()
    var code: UInt64 = 0
    for _ in 0..<(try reader.elementCount()) {
      periods.append(try period(&code, &reader))
      _ = try row(.coverage(.whole), &reader, &cells)
    }
    return periods
  }

  private func period(_ code: inout UInt64, _ reader: inout ByteReader) throws(CodingError) -> Period {
    let (next, isOver) = code.addingReportingOverflow(try reader.varint())
    guard !isOver, let period = Period(code: next) else { throw .malformed("figures: period") }
    code = next
    return period
  }

  private func group(_ reader: inout ByteReader) throws(CodingError) -> FigureKey {
    let byte = try reader.byte()
    if byte == UInt8(FigureKey.Subject.service.rawValue) | Figures.coverageFlag { return .coverage(.whole) }
    guard let subject = FigureKey.Subject(rawValue: UInt64(byte)) else { throw .malformed("figures: subject") }
    let source = try number(&reader, below: parties.count)
    switch subject {
    case .service, .estimated: return .edge(subject, UInt16(source), 0, .whole)
    case .spanName:
      let name = try number(&reader, below: names.count)
      let kind = try reader.byte()
      guard let outcome = Outcome(rawValue: try reader.byte()) else { throw .malformed("figures: outcome") }
      return .spanName(UInt16(source), UInt32(name), kind: kind, outcome: outcome.rawValue, isSkewed: false)
    case .call, .database, .message, .external, .user, .named, .received, .replaced, .queueTime, .receivedQueueTime,
      .networkTime:
      return .edge(subject, UInt16(source), UInt16(try number(&reader, below: parties.count)), .whole)
    }
  }

  private func number(_ reader: inout ByteReader, below bound: Int) throws(CodingError) -> Int {
    let number = try reader.varint()
    guard number < UInt64(bound) else { throw .malformed("figures: number") }
    return Int(number)
  }

  private func row(
    _ key: FigureKey, _ reader: inout ByteReader, _ cells: inout SortedCells
  ) throws(CodingError) -> Figures.Row {
    defer { cells.endRow() }
    var row = Figures.Row(key)
    let contents = try reader.byte()
    if contents & Figures.Contents.counts != 0 {
      for place in 0..<4 { row.counts[place] = try reader.zigzag() }
    }
    if contents & Figures.Contents.spans != 0 { row.spans = try reader.zigzag() }
    if contents & Figures.Contents.times != 0 {
      row.first = try reader.varint()
      row.last = row.first.addingReportingOverflow(try reader.varint()).partialValue
    }
    guard contents & Figures.Contents.durations != 0 else { return row }
    row.sum = Int128(try reader.zigzag()) << 64 | Int128(try reader.varint())
    row.shortest = try reader.varint()
    row.longest = row.shortest.addingReportingOverflow(try reader.varint()).partialValue
    var bucket = 0
    for place in 0..<(try reader.elementCount()) {
      let step = try reader.varint()
      guard step < CellTable.bucketsMax, step > 0 || place == 0 else { throw .malformed("figures: bucket") }
      bucket += Int(step)
      guard bucket < CellTable.bucketsMax else { throw .malformed("figures: bucket") }
      cells.append(bucket: bucket, count: try reader.zigzag())
    }
    return row
  }
}
