/// How a column lies in its section.
///
/// A *column* is its smallest number (8 bytes, taken as signed), the width w of what follows (1 byte, 0 to 8), and for
/// each row what it is more than the smallest, in w bytes. So a column that is the same everywhere costs 9 bytes.
struct ColumnLayout {
  private let base: UInt64
  private let width: Int
  let byteCount: Int

  static let headerByteCount = 9

  @inline(__always)
  init<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ column: borrowing Cells<Number>) {
    var (smallest, largest) = (Int64.max, Int64.min)
    for row in 0..<column.count {
      let number = Int64(truncatingIfNeeded: column[row])
      smallest = min(smallest, number)
      largest = max(largest, number)
    }
    if column.count == 0 { (smallest, largest) = (0, 0) }
    base = UInt64(bitPattern: smallest)
    width = (64 - (UInt64(bitPattern: largest) &- base).leadingZeroBitCount + 7) / 8
    byteCount = Self.headerByteCount + column.count * width
  }

  /// Writes the column it was made of.
  /// - Precondition: the buffer has room for `byteCount`, and 8 bytes more, which may become anything.
  @inline(__always)
  func write<Number: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ column: borrowing Cells<Number>, to buffer: UnsafeMutableRawBufferPointer
  ) {
    precondition(buffer.count >= byteCount + 8)
    unsafe buffer.storeBytes(of: base.littleEndian, as: UInt64.self)
    unsafe buffer[8] = UInt8(width)
    if width == 0 { return }
    var offset = Self.headerByteCount
    for row in 0..<column.count {
      // A whole word: what is too much of it is overwritten by the next.
      let more = UInt64(truncatingIfNeeded: column[row]) &- base
      unsafe buffer.storeBytes(of: more.littleEndian, toByteOffset: offset, as: UInt64.self)
      offset &+= width
    }
  }
}
