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
}
