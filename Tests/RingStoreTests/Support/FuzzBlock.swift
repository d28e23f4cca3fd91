import TraceModel

@testable import RingStore

/// Takes bytes for a block whose checksums are right, and reads all there is in it. Whatever the bytes are, reading ends
/// in spans or in damage, within the bounds of `Limits`. The body of the fuzz target and of `BlockFuzzTests`.
func fuzzBlock(_ bytes: [UInt8]) {
  var bytes = Array(bytes.prefix(Limits.blockByteCountMax))
  signBlock(&bytes)
  let file = BytesFile(bytes, at: FuzzedBlock.place.offset)
  let slot = SlotReader(
    file: file, ring: FuzzedBlock.place.ring, slot: FuzzedBlock.place.slot, layout: FuzzedBlock.layout,
    hashKey: FuzzedBlock.key)
  func attempt(_ body: (BlockReader) throws -> Void) {
    do {
      try body(BlockReader(slot, at: FuzzedBlock.place.offset, segment: nil))
    } catch RingError.damaged {
    } catch is CodingError {
    } catch {
      preconditionFailure("\(error)")
    }
  }
  attempt { _ = try $0.digestAfterCheckingAll() }
  attempt { block in
    let batch = try block.links()
    for row in 0..<batch.count { _ = (batch.resource(at: row), batch.name(at: row), batch.duration(at: row)) }
  }
  attempt { block in
    let batch = try block.spans()
    precondition(batch.details.count <= Limits.detailByteCountMax && batch.count <= Limits.blockSpanCountMax)
    _ = try block.tokens()
    for row in 0..<batch.count {
      do { _ = try batch.span(at: row) } catch {}
    }
  }
  attempt { block in
    for traceID in try block.links().traceIDs.prefix(3) {
      let rows = try block.rows(of: traceID)
      for row in 0..<(try block.spans(rows: rows).count) { precondition(row < rows.count) }
    }
  }
}

/// Where the fuzzed block is said to lie.
enum FuzzedBlock {
  static let key = HashKey(high: 1, low: 2)
  static let layout = SlotLayout(slotByteCount: 64 << 20)
  static let place = Place(ring: RingID(high: 3, low: 4), slot: 5, offset: 8192)

  static func bytes(_ batch: SpanBatch) -> [UInt8] {
    var workspace = BlockWorkspace(key)
    var draft = BlockDraft(BlockRows(batch), receivedAt: Timestamp(unixNanoseconds: 1), &workspace)
    var header = BlockHeader(
      kind: .spans, segment: 7, sequence: 9, durableSequence: 8, previousChecksum: 10, incarnation: 2,
      receivedAt: draft.receivedAt)
    return draft.bytes(under: &header, at: place)
  }
}

/// Makes every checksum of a block right again: of chunks, sections, section table and header, whatever they now say.
func signBlock(_ bytes: inout [UInt8]) {
  guard bytes.count >= BlockHeader.byteCount else { return }
  let count = Int(bytes[...].number(BlockHeader.sectionCountField) as UInt16)
  var places: [UInt16: (entry: Int, content: Range<Int>)] = [:]
  for entry in 0..<count {
    let start = BlockHeader.byteCount + entry * Section.byteCount
    guard start + Section.byteCount <= bytes.count else { break }
    let fields = bytes[start..<start + Section.byteCount]
    let begin = min(bytes.count, Int(fields.number(Section.offsetField) as UInt32))
    let end = min(bytes.count, begin + Int(fields.number(Section.storedField) as UInt32))
    places[fields.number(Section.idField)] = (start, begin..<end)
  }
  for (index, content, head) in [
    (BlockSection.detailChunks, BlockSection.details, 0), (.dictionaryChunks, .dictionary, 8),
  ] {
    guard let index = places[index.rawValue]?.content, let content = places[content.rawValue]?.content else { continue }
    var (checksum, begin) = (Checksum(), 0)
    for entry in stride(from: index.lowerBound + head, to: index.upperBound - 7, by: Chunks.entryByteCount) {
      let end = Int(bytes[entry...].number(Field("", at: 0, 4)) as UInt32)
      guard begin <= end, end <= content.count else { break }
      checksum.add(bytes[content].dropFirst(begin).prefix(end - begin))
      bytes.put(checksum.value, in: Field("", at: entry + 4, 4))
      begin = end
    }
  }
  for (entry, content) in places.values {
    bytes.put(Checksum.of(bytes[content]), in: Field("", at: entry + Section.checksumField.offset, 4))
  }
  let table = bytes.dropFirst(BlockHeader.byteCount).prefix(count * Section.byteCount)
  bytes.put(Checksum.of(table), in: BlockHeader.tableField)
  var checksum = Checksum()
  checksum.add(bytes[8..<BlockHeader.byteCount])
  checksum.add(FuzzedBlock.place.bytes)
  bytes.put(checksum.value, in: BlockHeader.checksumField)
}
