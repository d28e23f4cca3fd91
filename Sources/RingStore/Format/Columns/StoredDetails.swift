import TraceModel

/// Details and shapes as a block holds them, with references to its dictionary: of all rows, or of some.
struct StoredDetails {
  /// As the positions in `shapeIndices` go.
  let shapes: [ArraySlice<UInt8>]
  /// By row that is meant.
  let shapeIndices: [UInt32]
  let rows: ByteStrings
  /// Which of `rows` are meant; nil for all.
  let numbers: [Int]?

  /// Which texts of the dictionary shapes and rows refer to.
  /// - Parameter wholeCount: how many texts of the dictionary are whole.
  func references(wholeCount: Int) throws(CodingError) -> Set<Int> {
    var references = TextReferences(wholeCount: wholeCount)
    let walk = try walk(&references)
    let isSound = unsafe rows.bytes.withUnsafeBytes { buffer in
      var cursor = unsafe ByteCursor(buffer)
      for row in shapeIndices.indices {
        guard enter(row, &cursor) != nil else { return false }
        walk.row(Int(shapeIndices[row]), &cursor, &references)
      }
      return cursor.isSound
    }
    guard isSound else { throw .malformed("details") }
    return references.numbers
  }

  /// Fills in the shapes and details of a batch.
  /// - Parameters:
  ///   - dictionary: with at least what `references` asks for.
  ///   - shapeByteCount: the most that the shapes take once nothing in them is a reference.
  ///   - detailByteCount: the same for the details.
  func expand(
    with dictionary: TextDictionary, shapeByteCount: Int, detailByteCount: Int, into batch: inout SpanBatch
  ) throws(CodingError) {
    var references = TextReferences(wholeCount: dictionary.wholeCount)
    let walk = try walk(&references)
    batch.shapes = try expandedShapes(with: dictionary, shapeByteCount: shapeByteCount)
    batch.shapeIndices = shapeIndices
    var ends: [UInt32] = []
    let likely = shapeIndices.count * 512 + 4096
    batch.details = try Self.expand(rows.bytes, dictionary, likely: likely, most: detailByteCount) { cursor, expander in
      ends.removeAll(keepingCapacity: true)
      ends.reserveCapacity(shapeIndices.count)
      for row in shapeIndices.indices {
        guard let range = enter(row, &cursor) else { return cursor.fail() }
        expander.begin(at: range.lowerBound)
        walk.row(Int(shapeIndices[row]), &cursor, &expander)
        expander.finish(at: range.upperBound)
        ends.append(UInt32(expander.output.count))
      }
    }
    batch.detailEnds = ends
  }

  /// The shapes, nothing in them a reference. Parameters are those of `expand`.
  func expandedShapes(
    with dictionary: TextDictionary, shapeByteCount: Int
  ) throws(CodingError) -> [AttributeShape] {
    var rest = shapeByteCount
    var expanded: [AttributeShape] = []
    for shape in shapes {
      let bytes = try Self.expand(shape, dictionary, likely: shape.count * 8 + 256, most: rest) { cursor, expander in
        var walk = DetailWalk()
        expander.begin(at: 0)
        walk.shape(&cursor, &expander)
        expander.finish(at: shape.count)
      }
      rest -= bytes.count
      expanded.append(try AttributeShape(from: bytes))
    }
    return expanded
  }

  /// Where the details of a row that is meant lie in `rows.bytes`, counted from their beginning.
  @inline(__always) func range(ofRow row: Int) -> Range<Int>? { rows.range(of: numbers?[row] ?? row) }

  private func walk(_ references: inout TextReferences) throws(CodingError) -> DetailWalk {
    var walk = DetailWalk()
    for shape in shapes {
      let isSound = unsafe shape.withUnsafeBytes { buffer in
        var cursor = unsafe ByteCursor(buffer)
        walk.shape(&cursor, &references)
        return cursor.isSound
      }
      guard isSound else { throw .malformed("shape") }
    }
    return walk
  }

  @inline(__always) private func enter(_ row: Int, _ cursor: inout ByteCursor) -> Range<Int>? {
    guard let range = range(ofRow: row) else { return nil }
    cursor.enter(range)
    return range
  }

  /// Gives the likely room first, since a claim of more may be false, and then the most there may be.
  @inline(__always)
  private static func expand(
    _ source: ArraySlice<UInt8>, _ dictionary: TextDictionary, likely: Int, most: Int,
    _ body: (inout ByteCursor, inout TextExpander) -> Void
  ) throws(CodingError) -> [UInt8] {
    var (isSound, fits) = (true, false)
    for room in likely < most ? [likely, most] : [most] where isSound && !fits {
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { target, filled in
        unsafe source.withUnsafeBytes { source in
          unsafe dictionary.texts.bytes.withUnsafeBytes { texts in
            var cursor = unsafe ByteCursor(source)
            var expander = unsafe TextExpander(
              dictionary, texts, source: source, output: ByteOutput(UnsafeMutableRawBufferPointer(target)))
            body(&cursor, &expander)
            (isSound, fits, filled) = (cursor.isSound, expander.output.isSound, expander.output.count)
          }
        }
      }
      if isSound && fits { return bytes }
    }
    throw .malformed(isSound ? "details: longer than the block says" : "details")
  }
}
