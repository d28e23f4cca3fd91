/// How a column is going to lie in its section: known from one look at its numbers, before there is a place for it.
///
/// A *column* is its smallest number (8 bytes, taken as signed), the width w of what follows (1 byte, 0 to 8), and for
/// each row what it is more than the smallest, in w bytes. So a column that is the same everywhere costs 9 bytes.
struct ColumnLayout {
  private let base: UInt64
  private let width: Int
  let byteCount: Int

  static let headerByteCount = 9

  @inline(__always) init<Number: FixedWidthInteger & BitwiseCopyable>(_ column: [Number]) {
    var (smallest, largest) = (Int64.max, Int64.min)
    for number in column {
      let number = Int64(truncatingIfNeeded: number)
      smallest = min(smallest, number)
      largest = max(largest, number)
    }
    if column.isEmpty { (smallest, largest) = (0, 0) }
    base = UInt64(bitPattern: smallest)
    width = (64 - (UInt64(bitPattern: largest) &- base).leadingZeroBitCount + 7) / 8
    byteCount = Self.headerByteCount + column.count * width
  }

  /// Writes the column it was made of to the beginning of `buffer`. What lies behind may become zero.
  /// - Precondition: the buffer has room for `byteCount`.
  @inline(__always)
  func write<Number: FixedWidthInteger & BitwiseCopyable>(
    _ column: [Number], to buffer: UnsafeMutableRawBufferPointer
  ) {
    precondition(buffer.count >= byteCount)
    unsafe buffer.storeBytes(of: base.littleEndian, as: UInt64.self)
    unsafe buffer[8] = UInt8(width)
    if width == 0 { return }
    var offset = Self.headerByteCount
    for number in column {
      let more = UInt64(truncatingIfNeeded: number) &- base
      if offset + 8 <= buffer.count {
        // A whole word: what is too much of it is overwritten by the next.
        unsafe buffer.storeBytes(of: more.littleEndian, toByteOffset: offset, as: UInt64.self)
      } else {
        for position in 0..<width {
          unsafe buffer[offset + position] = UInt8(truncatingIfNeeded: more >> UInt64(8 * position))
        }
      }
      offset += width
    }
  }
}
