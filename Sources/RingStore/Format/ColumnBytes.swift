import TraceModel

/// Columns of numbers as bytes and back. The only place besides the files where the ring touches memory by hand:
/// a checked byte at a time would cost more than everything else on the write path.
enum ColumnBytes {
  /// Little-endian numbers, one an element.
  static func encode<Element, Number: FixedWidthInteger & BitwiseCopyable>(
    _ column: [Element], _ number: (Element) -> Number
  ) -> [UInt8] {
    let width = Number.bitWidth / 8
    var bytes = [UInt8](repeating: 0, count: column.count * width)
    unsafe bytes.withUnsafeMutableBytes { buffer in
      for (row, element) in column.enumerated() {
        unsafe buffer.storeBytes(of: number(element).littleEndian, toByteOffset: row * width, as: Number.self)
      }
    }
    return bytes
  }

  /// All numbers of a column, or those of `rows`.
  /// - Precondition: rows are below the number of whole elements in `bytes`.
  static func decode<Element, Number: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: ArraySlice<UInt8>, rows: [Int]?, _ element: (Number) -> Element
  ) -> [Element] {
    let width = Number.bitWidth / 8
    let count = bytes.count / width
    return unsafe bytes.withUnsafeBytes { buffer in
      let load = { (row: Int) -> Element in
        precondition(row >= 0 && row < count)
        return element(
          Number(littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: row * width, as: Number.self)))
      }
      return if let rows { rows.map(load) } else { (0..<count).map(load) }
    }
  }
}
