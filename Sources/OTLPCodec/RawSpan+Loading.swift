extension RawSpan {
  /// - Precondition: `offset` is inside; checked.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 {
    // Unsafe in general because not every type is valid for all bits; UInt8 is, and so are the numbers below.
    unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Two bytes, least significant first.
  /// - Precondition: both are inside; checked.
  @inline(__always)
  func fixed16(at offset: Int) -> UInt16 {
    UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// Four bytes, least significant first.
  /// - Precondition: all of them are inside; checked.
  @inline(__always)
  func fixed32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  /// Eight bytes, least significant first.
  /// - Precondition: all of them are inside; checked.
  @inline(__always)
  func fixed64(at offset: Int) -> UInt64 {
    UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  /// Eight bytes, most significant first, as IDs are read.
  @inline(__always)
  func bigEndian64(at offset: Int) -> UInt64 { fixed64(at: offset).byteSwapped }
}

extension String {
  /// Nothing if the bytes are not UTF-8.
  /// - Precondition: the range is inside; checked.
  init?(_ range: Range<Int>, validating bytes: RawSpan) {
    let text = unsafe bytes.withUnsafeBytes { whole -> String? in
      let part = unsafe UnsafeRawBufferPointer(rebasing: whole[range]).assumingMemoryBound(to: UInt8.self)
      // String(validating:as:) is generic in the library's own binary and takes three times as long.
      do throws(UTF8.ValidationError) {
        return String(copying: try UTF8Span(validating: unsafe part.span))
      } catch {
        return nil
      }
    }
    guard let text else { return nil }
    self = text
  }
}
