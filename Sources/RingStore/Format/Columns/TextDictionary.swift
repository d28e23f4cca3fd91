import TraceModel

/// The texts that a block stores once: whole ones first, then beginnings, which a reference completes.
struct TextDictionary {
  let texts: ByteStrings
  /// From here on they are beginnings.
  let wholeCount: Int

  /// A dictionary that is being made.
  struct Draft {
    fileprivate(set) var byteCounts: [UInt32] = []
    fileprivate(set) var bytes: [UInt8] = []
    fileprivate(set) var wholeCount = 0

    /// What is added from here on are beginnings.
    mutating func endWholeTexts() { wholeCount = byteCounts.count }

    /// The code of the new entry, or 0 if the dictionary is full.
    mutating func add(_ text: UnsafeRawBufferPointer) -> UInt32 {
      guard byteCounts.count < Limits.dictionaryEntryCountMax,
        bytes.count + text.count <= Limits.dictionaryByteCountMax
      else { return 0 }
      unsafe bytes.append(contentsOf: text)
      byteCounts.append(UInt32(text.count))
      return UInt32(byteCounts.count)
    }
  }
}
