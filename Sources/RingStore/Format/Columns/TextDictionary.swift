import TraceModel

/// The texts that a block stores once: whole ones first, then beginnings, which a reference completes.
struct TextDictionary {
  let texts: ByteStrings
  /// From here on they are beginnings.
  let wholeCount: Int
}
