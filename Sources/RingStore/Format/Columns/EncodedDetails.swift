import TraceModel

/// The details and shapes of a batch with references to a dictionary in the place of texts.
struct EncodedDetails {
  /// Rows one behind the other.
  let rows: Parts
  let shapes: Parts
  let dictionary: TextDictionary.Draft
  /// Of attribute keys and values, each at least once.
  let tokens: [UInt32]

  struct Parts {
    var bytes: [UInt8]
    var byteCounts: [UInt32]
  }

  /// Once through all to find the texts, and once more to write what has become of them.
  init(_ batch: SpanBatch, _ key: HashKey) {
    let shapeBytes = batch.shapes.flatMap(\.bytes)
    var shapeEnds: [UInt32] = []
    for shape in batch.shapes { shapeEnds.append((shapeEnds.last ?? 0) + UInt32(shape.bytes.count)) }
    var table = TextTable(
      rowCount: batch.count, placeCount: batch.shapes.reduce(0) { $0 + $1.types.count }, FastHash(key))
    (shapes, rows, dictionary) = unsafe shapeBytes.withUnsafeBytes { shapeBuffer in
      unsafe batch.details.withUnsafeBytes { buffer in
        var walk = DetailWalk()
        unsafe Self.visit(shapeBuffer, ends: shapeEnds) { _, cursor in walk.shape(&cursor, &table) }
        table.addKeyTokens()
        let shapeUseCount = table.uses.count
        unsafe Self.visit(buffer, ends: batch.detailEnds) { row, cursor in
          walk.row(Int(batch.shapeIndices[row]), &cursor, &table)
        }
        let dictionary = table.makeDictionary()
        return unsafe (
          Self.write(shapeBuffer, ends: shapeEnds, table, 0..<shapeUseCount),
          Self.write(buffer, ends: batch.detailEnds, table, shapeUseCount..<table.uses.count), dictionary
        )
      }
    }
    tokens = table.tokens
  }

  @inline(__always)
  private static func visit(
    _ buffer: UnsafeRawBufferPointer, ends: [UInt32], _ body: (Int, inout ByteCursor) -> Void
  ) {
    var cursor = unsafe ByteCursor(buffer)
    var begin = 0
    for (part, end) in ends.enumerated() {
      cursor.enter(begin..<Int(end))
      body(part, &cursor)
      begin = Int(end)
    }
    // Whoever made the batch has checked it; a block that nobody can read must not be written.
    precondition(cursor.isSound)
  }

  private static func write(
    _ buffer: UnsafeRawBufferPointer, ends: [UInt32], _ table: borrowing TextTable, _ uses: Range<Int>
  ) -> Parts {
    var byteCounts = Cells<UInt32>(capacity: ends.count)
    // References are never longer than what they stand for.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: buffer.count) { target, filled in
      var output = unsafe ByteOutput(target)
      var written = 0
      unsafe table.write(buffer, ends: ends, uses: uses, to: &output) { output in
        byteCounts.append(UInt32(output.count - written))
        written = output.count
      }
      precondition(output.isSound)
      filled = output.count
    }
    return Parts(bytes: bytes, byteCounts: byteCounts.array)
  }
}
