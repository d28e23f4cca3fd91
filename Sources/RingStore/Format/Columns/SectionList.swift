/// The sections of a block while they are made, one behind the other. A section that would be empty is left out.
struct SectionList: ~Copyable {
  /// Offsets are from the beginning of the first one.
  private var sections = Cells<Section>()
  private var content = ByteArena()

  /// Begins again with none.
  mutating func removeAll() {
    sections.removeAll()
    content.removeAll()
  }

  /// - Parameters:
  ///   - rawByteCount: what it takes once nothing in it is a reference, if that is something else.
  ///   - checksum: if it is known already.
  mutating func add(
    _ id: BlockSection, _ bytes: UnsafeRawBufferPointer, rawByteCount: Int? = nil, checksum: UInt32? = nil
  ) {
    unsafe content.append(bytes)
    close(id, .verbatim, rawByteCount: rawByteCount, checksum: checksum)
  }

  mutating func add(_ id: BlockSection, _ bytes: [UInt8], rawByteCount: Int? = nil) {
    content.append(bytes)
    close(id, .verbatim, rawByteCount: rawByteCount)
  }

  /// Numbers of eight bytes, from one position on.
  mutating func addNumbers(
    _ id: BlockSection, _ numbers: borrowing Cells<UInt64>, _ range: Range<Int>, isBigEndian: Bool = false
  ) {
    precondition(range.upperBound <= numbers.count)
    unsafe content.append(atMost: range.count * 8) { buffer in
      for (place, position) in range.enumerated() {
        let number = isBigEndian ? numbers[position].bigEndian : numbers[position].littleEndian
        unsafe buffer.storeBytes(of: number, toByteOffset: place * 8, as: UInt64.self)
      }
      return range.count * 8
    }
    close(id, .verbatim)
  }

  mutating func addColumn(_ id: BlockSection, _ column: borrowing Cells<UInt32>) {
    let layout = ColumnLayout(column)
    unsafe content.append(atMost: layout.byteCount) { buffer in
      unsafe layout.write(column, to: buffer)
      return layout.byteCount
    }
    close(id, .column)
  }

  mutating func addColumn(_ id: BlockSection, _ column: borrowing Cells<UInt64>) {
    let layout = ColumnLayout(column)
    unsafe content.append(atMost: layout.byteCount) { buffer in
      unsafe layout.write(column, to: buffer)
      return layout.byteCount
    }
    close(id, .column)
  }

  /// Has everything behind the last section for another.
  private mutating func close(
    _ id: BlockSection, _ codec: Section.Codec, rawByteCount: Int? = nil, checksum: UInt32? = nil
  ) {
    let begin = sections.count == 0 ? 0 : Int(sections[sections.count - 1].range.upperBound)
    let byteCount = content.count - begin
    if byteCount == 0 { return }
    sections.append(
      Section(
        id: id.rawValue, codec: codec, offset: UInt32(begin), storedByteCount: UInt32(byteCount),
        rawByteCount: UInt32(rawByteCount ?? byteCount),
        checksum: unsafe checksum ?? Checksum.of(content[begin, byteCount])))
  }

  /// A block complete but for its header, which is zeros, in whole pages.
  struct Block {
    var bytes: [UInt8] = []
    var sectionCount = 0
    /// Section table and sections.
    var payloadByteCount = 0
    var rawByteCount = 0
    var tableChecksum: UInt32 = 0
  }

  var block: Block {
    let tableEnd = BlockHeader.byteCount + sections.count * Section.byteCount
    let end = tableEnd + content.count
    var block = Block(sectionCount: sections.count, payloadByteCount: end - BlockHeader.byteCount)
    block.bytes = unsafe [UInt8](unsafeUninitializedCapacity: end.roundedUpToPage) { target, filled in
      let buffer = UnsafeMutableRawBufferPointer(target)
      unsafe buffer[..<tableEnd].initializeMemory(as: UInt8.self, repeating: 0)
      for position in 0..<sections.count {
        var section = sections[position]
        block.rawByteCount += Int(section.rawByteCount)
        section.offset += UInt32(tableEnd)
        let begin = BlockHeader.byteCount + position * Section.byteCount
        unsafe section.encode(to: UnsafeMutableRawBufferPointer(rebasing: buffer[begin..<begin + Section.byteCount]))
      }
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[tableEnd..<end]).copyMemory(from: content.bytes)
      unsafe buffer[end...].initializeMemory(as: UInt8.self, repeating: 0)
      block.tableChecksum = unsafe Checksum.of(
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[BlockHeader.byteCount..<tableEnd]))
      filled = buffer.count
    }
    return block
  }
}

extension Section {
  /// Writes the entry, as `encoded` has it, over zeros.
  fileprivate func encode(to bytes: UnsafeMutableRawBufferPointer) {
    precondition(bytes.count == Self.byteCount)
    unsafe bytes.storeBytes(of: id.littleEndian, toByteOffset: Self.idField.offset, as: UInt16.self)
    unsafe bytes.storeBytes(of: codec.rawValue, toByteOffset: Self.codecField.offset, as: UInt8.self)
    let numbers = [
      (Self.offsetField, offset), (Self.storedField, storedByteCount), (Self.rawField, rawByteCount),
      (Self.checksumField, checksum),
    ]
    for (field, number) in numbers {
      unsafe bytes.storeBytes(of: number.littleEndian, toByteOffset: field.offset, as: UInt32.self)
    }
  }
}
