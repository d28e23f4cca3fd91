/// Reads the same few attributes from many rows of a batch, without decoding the others.
///
///     let wanted = AttributeSelection(["server.address", "db.system.name"], in: batch)
///     var values: [AttributeValue?] = []
///     for row in 0..<batch.count where wanted.isAny(in: row, of: batch) {
///       try wanted.read(row, of: batch, into: &values)
///       if let address = values[0]?.stringValue { ... }
///     }
package struct AttributeSelection: Sendable {
  private let keyCount: Int
  /// By shape: which key stands at each position, up to the last one that is wanted; -1 for those that are not.
  private let numbers: [[Int]]

  /// Looks the keys up in the batch's shapes; the selection is for this batch alone.
  package init(_ keys: [String], in batch: SpanBatch) {
    keyCount = keys.count
    numbers = batch.shapes.map { shape in
      var numbers: [Int] = []
      for (number, key) in keys.enumerated() {
        guard let position = shape.position(of: key) else { continue }
        while numbers.count <= position { numbers.append(-1) }
        numbers[position] = number
      }
      return numbers
    }
  }

  /// Whether the row has any of the keys. Costs a look at its shape. False for a batch without details.
  package func isAny(in row: Int, of batch: SpanBatch) -> Bool {
    batch.hasDetails && !numbers[Int(batch.shapeIndices[row])].isEmpty
  }

  /// Makes `values` as long as the keys, each the first value of its key in the row, or nil.
  package func read(_ row: Int, of batch: SpanBatch, into values: inout [AttributeValue?]) throws(CodingError) {
    values.removeAll(keepingCapacity: true)
    for _ in 0..<keyCount { values.append(nil) }
    var reader = try batch.detailReader(ofRow: row)
    let index = Int(batch.shapeIndices[row])
    for (position, number) in numbers[index].enumerated() {
      let type = batch.shapes[index].types[position]
      if number < 0 {
        try AttributeValue.skip(type, in: &reader)
      } else {
        values[number] = try AttributeValue(type, from: &reader)
      }
    }
  }

  /// Appends the values of the keys as bytes, in the order of the row's shape. Rows of one shape have the same values if
  /// they have the same bytes; so whoever makes something of the values need not make it twice.
  package func appendBytes(_ row: Int, of batch: SpanBatch, to bytes: inout [UInt8]) throws(CodingError) {
    let index = Int(batch.shapeIndices[row])
    if numbers[index].isEmpty { return }
    guard batch.hasDetails else { throw .malformed("question: the batch was read without details") }
    let (details, range) = (batch.details, batch.detailRange(ofRow: row))
    let types = batch.shapes[index].types
    var offset = range.lowerBound
    for (position, number) in numbers[index].enumerated() {
      let begin = offset
      offset = try Self.end(of: types[position], in: details, begin..<range.upperBound)
      // Values are short; appending them as a collection costs more.
      if number >= 0 { for place in begin..<offset { bytes.append(details[place]) } }
    }
  }

  /// Where a value ends that begins where `range` does.
  private static func end(
    of type: AttributeType, in bytes: [UInt8], _ range: Range<Int>
  ) throws(CodingError) -> Int {
    switch type {
    case .empty: return range.lowerBound
    case .double where range.count >= 8: return range.lowerBound + 8
    case .bool where !range.isEmpty: return range.lowerBound + 1
    case .string where !range.isEmpty && bytes[range.lowerBound] & 0x81 == 0:
      let end = range.lowerBound + 1 + Int(bytes[range.lowerBound] / 2)
      guard end <= range.upperBound else { throw .truncated }
      return end
    case .int:
      if let end = range.first(where: { bytes[$0] < 0x80 }), end - range.lowerBound < 9 { return end + 1 }
    default: break
    }
    var reader = ByteReader(bytes[range])
    try AttributeValue.skip(type, in: &reader)
    return reader.offset
  }
}
