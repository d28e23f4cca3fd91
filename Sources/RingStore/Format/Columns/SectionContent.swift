/// What a section of a block will hold: of known length, and written only once, to its place in the block.
enum SectionContent {
  case bytes([UInt8])
  case positions([UInt32], ColumnLayout)
  case codes([Int32], ColumnLayout)
  case numbers([UInt64], ColumnLayout)

  var byteCount: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .positions(_, let layout), .codes(_, let layout), .numbers(_, let layout): layout.byteCount
    }
  }

  var codec: Section.Codec { if case .bytes = self { .verbatim } else { .column } }

  /// Writes to the beginning of `buffer`. What lies behind may become zero.
  /// - Precondition: the buffer has room for `byteCount`.
  func write(to buffer: UnsafeMutableRawBufferPointer) {
    switch self {
    case .bytes(let bytes): unsafe buffer.copyBytes(from: bytes)
    case .positions(let column, let layout): unsafe layout.write(column, to: buffer)
    case .codes(let column, let layout): unsafe layout.write(column, to: buffer)
    case .numbers(let column, let layout): unsafe layout.write(column, to: buffer)
    }
  }
}
