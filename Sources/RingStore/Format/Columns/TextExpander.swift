import TraceModel

/// Puts the texts in the place of references.
@safe struct TextExpander: DetailVisitor {
  private let dictionary: TextDictionary
  private let dictionaryBytes: UnsafeRawBufferPointer
  private let source: UnsafeRawBufferPointer
  private(set) var output: ByteOutput
  private var copied = 0

  /// To be used only while both buffers live; `dictionaryBytes` are those of the dictionary's texts.
  init(
    _ dictionary: TextDictionary, _ dictionaryBytes: UnsafeRawBufferPointer, source: UnsafeRawBufferPointer,
    output: ByteOutput
  ) {
    self.dictionary = dictionary
    unsafe self.dictionaryBytes = unsafe dictionaryBytes
    unsafe self.source = unsafe source
    self.output = output
  }

  mutating func begin(at offset: Int) { copied = offset }

  /// Writes what has not been written of the part that ends here.
  @inline(__always) mutating func finish(at offset: Int) {
    unsafe output.append(UnsafeRawBufferPointer(rebasing: source[copied..<max(copied, offset)]))
  }

  @inline(__always) mutating func integer(_ zigzag: UInt64, at place: Int) {}
  @inline(__always) mutating func double(_ number: Double) {}

  @inline(__always) mutating func text(_ cursor: inout ByteCursor, at place: Int?) {
    let offset = cursor.offset
    let number = cursor.varint()
    guard number & 1 == 1 else { return cursor.skip(number / 2) }
    guard number / 2 < UInt64(dictionary.texts.count), let range = dictionary.texts.range(of: Int(number / 2)) else {
      return cursor.fail()
    }
    unsafe output.append(UnsafeRawBufferPointer(rebasing: source[copied..<offset]))
    var rest = 0..<0
    if number / 2 >= UInt64(dictionary.wholeCount) {
      let restByteCount = cursor.varint()
      cursor.skip(restByteCount)
      guard cursor.isSound else { return }
      rest = cursor.offset - Int(restByteCount)..<cursor.offset
    }
    output.varint((range.count + rest.count) * 2)
    unsafe output.append(UnsafeRawBufferPointer(rebasing: dictionaryBytes[range]))
    unsafe output.append(cursor.read(rest))
    copied = cursor.offset
  }
}
