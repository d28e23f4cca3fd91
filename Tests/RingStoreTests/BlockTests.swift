import Testing
import TraceModel

@testable import RingStore

@Suite struct BlockTests {
  static let key = HashKey(high: 1, low: 2)
  static let layout = SlotLayout(slotByteCount: 512 << 10)
  static let place = Place(ring: RingID(high: 3, low: 4), slot: 5, offset: 8192)

  static func draft(_ batch: SpanBatch) -> BlockDraft { BlockDraft(batch, receivedAt: noon(), key: key) }

  static func bytes(_ draft: BlockDraft) -> [UInt8] {
    var header = BlockHeader(
      kind: .spans, segment: 7, sequence: 9, durableSequence: 8, previousChecksum: 10, incarnation: 2,
      receivedAt: draft.receivedAt)
    return draft.bytes(under: &header, at: place)
  }

  /// A slot reader over one block at its place.
  static func reader(_ block: [UInt8], place: Place = place) -> SlotReader {
    SlotReader(
      file: BytesFile(block, at: Self.place.offset), ring: place.ring, slot: place.slot, layout: layout, hashKey: key)
  }

  static func read(_ block: [UInt8], place: Place = place) throws -> SpanBatch {
    try BlockReader(reader(block, place: place), at: place.offset, segment: 7).spans()
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `what goes into a block comes out of it`(seed: UInt64) throws {
    var maker = SpanMaker(seed: seed)
    let spans = (0..<60).map { _ in maker.rich() }
    let read = try Self.read(Self.bytes(Self.draft(SpanBatch(spans))))
    #expect(try read.spans() == spans, "seed \(seed)")
  }

  @Test func `columns of every width come back`() throws {
    for count in [1, 255, 256, 300] {
      let spans = (0..<count).map { number in
        var span = SpanMaker.plain(UInt64(number))
        span.name = "name \(number)"
        span.flags = number == 0 ? 0 : 1 << UInt32(number % 32)
        return span
      }
      #expect(try Self.read(Self.bytes(Self.draft(SpanBatch(spans)))).spans() == spans)
    }
  }

  @Test func `one trace's rows come without the others`() throws {
    var maker = SpanMaker(seed: 3)
    let wanted = TraceID(high: 1, low: 1)
    let spans = (0..<40).map { maker.rich(traceID: $0 % 7 == 3 ? wanted : nil) }
    let block = try BlockReader(
      Self.reader(Self.bytes(Self.draft(SpanBatch(spans)))), at: Self.place.offset, segment: 7)
    let rows = try block.rows(of: wanted)
    #expect(rows == [3, 10, 17, 24, 31, 38])
    #expect(try block.spans(rows: rows).spans() == spans.filter { $0.traceID == wanted })
  }

  @Test func `every flipped bit is found, but in the zeros that fill the last page`() throws {
    var maker = SpanMaker(seed: 4)
    let spans = [maker.rich()]
    let whole = Self.bytes(Self.draft(SpanBatch(spans)))
    let header = try BlockHeader(from: whole[...], at: Self.place, layout: Self.layout)
    let used = BlockHeader.byteCount + Int(header.payloadByteCount)
    #expect(used < whole.count)
    for bit in 0..<(whole.count * 8) {
      var flipped = whole
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      let isFound = Self.isDamaged { _ = try Self.read(flipped) }
      #expect(isFound == (bit / 8 < used), "bit \(bit)")
    }
  }

  @Test func `a block at another place, of another slot or ring is not taken`() {
    let block = Self.bytes(Self.draft(SpanBatch([SpanMaker.plain(1)])))
    var other = Self.place
    other.slot = 6
    #expect(Self.isDamaged { _ = try Self.read(block, place: other) })
    other = Self.place
    other.ring.low += 1
    #expect(Self.isDamaged { _ = try Self.read(block, place: other) })
    let moved = SlotReader(
      file: BytesFile(block, at: 4096), ring: Self.place.ring, slot: 5, layout: Self.layout, hashKey: Self.key)
    #expect(Self.isDamaged { _ = try BlockReader(moved, at: 4096, segment: 7) })
    #expect(Self.isDamaged { _ = try BlockReader(Self.reader(block), at: Self.place.offset, segment: 8) })
  }

  @Test func `cut short and garbled blocks are refused, whatever they say`() {
    var random = SplitMix64(state: 11)
    let whole = Self.bytes(Self.draft(SpanBatch((0..<20).map { SpanMaker.plain($0) })))
    for count in stride(from: 0, to: BlockHeader.byteCount + 900, by: 13) {
      #expect(Self.isDamaged { _ = try Self.read(Array(whole[..<count])) })
    }
    for _ in 0..<300 {
      // Checksums made good again, so that the parser itself has to cope.
      var bytes = whole
      for _ in 0..<4 { bytes[Int.random(in: 8..<1000, using: &random)] = UInt8.random(in: 0...255, using: &random) }
      Self.repairChecksums(&bytes)
      do { _ = try Self.read(bytes) } catch {}
    }
  }

  static func isDamaged(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return false
    } catch RingError.damaged {
      return true
    } catch {
      return false
    }
  }

  private static func repairChecksums(_ bytes: inout [UInt8]) {
    let count = Int(bytes[...].number(BlockHeader.sectionCountField) as UInt16)
    for entry in 0..<count {
      let start = BlockHeader.byteCount + entry * Section.byteCount
      guard start + Section.byteCount <= bytes.count else { break }
      let fields = bytes[start..<start + Section.byteCount]
      let begin = Int(fields.number(Section.offsetField) as UInt32)
      let length = Int(fields.number(Section.storedField) as UInt32)
      let content = bytes.dropFirst(begin).prefix(length)
      bytes.put(Checksum.of(content), in: Field("", at: start + Section.checksumField.offset, 4))
    }
    let table = bytes.dropFirst(BlockHeader.byteCount).prefix(count * Section.byteCount)
    bytes.put(Checksum.of(table), in: BlockHeader.tableField)
    var checksum = Checksum()
    checksum.add(bytes[8..<BlockHeader.byteCount])
    checksum.add(place.bytes)
    bytes.put(checksum.value, in: BlockHeader.checksumField)
  }
}

/// Bytes as if they lay in a file at an offset.
final class BytesFile: OpenFile {
  private let bytes: [UInt8]
  private let start: UInt64

  init(_ bytes: [UInt8], at start: UInt64) {
    self.bytes = bytes
    self.start = start
  }

  func byteCount() throws(FileError) -> UInt64 { start + UInt64(bytes.count) }
  func read(at offset: UInt64, count: Int) throws(FileError) -> [UInt8] {
    guard offset >= start else { return [] }
    return Array(bytes.dropFirst(Int(clamping: offset - start)).prefix(count))
  }
  func write(_ bytes: [UInt8], at offset: UInt64) throws(FileError) {}
  func syncData() throws(FileError) {}
  func allocate(byteCount: UInt64) throws(FileError) {}
}
