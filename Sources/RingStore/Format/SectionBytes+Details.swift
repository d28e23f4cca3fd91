import TraceModel

extension SectionBytes {
  /// What tells where the details of rows, and the texts of the dictionary, begin and end.
  struct DetailPlaces {
    var detailByteCounts: [UInt32]
    var detailChunks: Chunks
    var textByteCounts: [UInt32]
    var textChunks: Chunks
    /// How many texts of the dictionary are whole.
    var wholeCount: Int
  }

  /// - Parameters: how long the two sections are.
  func detailPlaces(detailByteCount: Int, dictionaryByteCount: Int) throws(CodingError) -> DetailPlaces {
    let head = try verbatim(.dictionaryChunks)
    var reader = ByteReader(head)
    var (count, wholeCount): (UInt32, UInt32) = (0, 0)
    if !head.isEmpty { (count, wholeCount) = (try reader.fixed(), try reader.fixed()) }
    guard count <= Limits.dictionaryEntryCountMax, wholeCount <= count else { throw .malformed("dictionary") }
    return DetailPlaces(
      detailByteCounts: try column(.detailLengths, rows: nil) { UInt32(truncatingIfNeeded: $0) },
      detailChunks: try Chunks(
        stringsAChunk: Limits.rowsAChunk, from: try verbatim(.detailChunks), byteCount: detailByteCount),
      textByteCounts: count == 0
        ? [] : try column(.dictionaryLengths, count: Int(count)) { UInt32(truncatingIfNeeded: $0) },
      textChunks: try Chunks(
        stringsAChunk: Limits.textsAChunk, from: head.dropFirst(8), byteCount: dictionaryByteCount),
      wholeCount: Int(wholeCount))
  }

  /// The shapes of `numbers`, or of all rows, with their details.
  func storedDetails(_ details: ByteStrings, rows numbers: [Int]?) throws(CodingError) -> StoredDetails {
    let (indices, shapes) = try indexed(.shapeIndices, .shapes, numbers) { $0 }
    return StoredDetails(shapes: shapes, shapeIndices: indices, rows: details, numbers: numbers)
  }

  func addScopes(rows: [Int]?, to batch: inout SpanBatch) throws(CodingError) {
    (batch.scopeIndices, batch.scopes) = try indexed(.scopeIndices, .scopes, rows) { (bytes) throws(CodingError) in
      var reader = ByteReader(bytes)
      return try InstrumentationScope(from: &reader)
    }
  }
}
