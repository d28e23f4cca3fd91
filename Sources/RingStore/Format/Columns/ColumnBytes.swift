import TraceModel

/// Columns of numbers as bytes and back. With its neighbours in this folder the only place besides the files where the
/// ring touches memory by hand: a checked byte at a time would cost more than everything else on the write path.
enum ColumnBytes {
  /// All numbers of a column of `count` rows, or those of `rows`.
  /// - Precondition: `rows` are below `count`.
  @inline(__always) static func decodeColumn<Element>(
    _ bytes: ArraySlice<UInt8>, count: Int, rows: [Int]?, _ element: (UInt64) -> Element
  ) throws(CodingError) -> [Element] {
    guard bytes.count >= ColumnLayout.headerByteCount else { throw .truncated }
    let width = Int(bytes[bytes.startIndex + 8])
    guard width <= 8, bytes.count == ColumnLayout.headerByteCount + count * width else { throw .malformed("column") }
    return unsafe bytes.withUnsafeBytes { bytes in
      let base = UInt64(littleEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
      if width == 0 { return [Element](repeating: element(base), count: rows?.count ?? count) }
      let mask = UInt64.max >> UInt64(64 - 8 * width)
      /// Rows before this can be read as whole words.
      let wholeCount =
        bytes.count < ColumnLayout.headerByteCount + 8
        ? 0 : (bytes.count - ColumnLayout.headerByteCount - 8) / width + 1
      let load = { (row: Int) -> UInt64 in
        let offset = ColumnLayout.headerByteCount + row * width
        if row < wholeCount {
          return UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) & mask
        }
        var number: UInt64 = 0
        for position in (0..<width).reversed() { number = number << 8 | UInt64(unsafe bytes[offset + position]) }
        return number
      }
      guard let rows else {
        return unsafe [Element](unsafeUninitializedCapacity: count) { buffer, filled in
          var offset = ColumnLayout.headerByteCount
          for row in 0..<min(count, wholeCount) {
            let word = UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            unsafe buffer.initializeElement(at: row, to: element(base &+ (word & mask)))
            offset &+= width
          }
          for row in min(count, wholeCount)..<count {
            unsafe buffer.initializeElement(at: row, to: element(base &+ load(row)))
          }
          filled = count
        }
      }
      return rows.map { row in
        precondition(row >= 0 && row < count)
        return element(base &+ load(row))
      }
    }
  }

  /// Little-endian numbers, one an element.
  static func encode<Element, Number: FixedWidthInteger & BitwiseCopyable>(
    _ column: [Element], _ number: (Element) -> Number
  ) -> [UInt8] {
    let width = Number.bitWidth / 8
    return unsafe [UInt8](unsafeUninitializedCapacity: column.count * width) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      for (row, element) in column.enumerated() {
        unsafe bytes.storeBytes(of: number(element).littleEndian, toByteOffset: row * width, as: Number.self)
      }
      filled = column.count * width
    }
  }

  /// All numbers of a column, or those of `rows`.
  /// - Precondition: rows are below the number of whole elements in `bytes`.
  @inline(__always) static func decode<Element, Number: FixedWidthInteger & BitwiseCopyable>(
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
      if let rows { return rows.map(load) }
      return unsafe [Element](unsafeUninitializedCapacity: count) { elements, filled in
        for row in 0..<count {
          let number = unsafe buffer.loadUnaligned(fromByteOffset: row &* width, as: Number.self)
          unsafe elements.initializeElement(at: row, to: element(Number(littleEndian: number)))
        }
        filled = count
      }
    }
  }
}
