/// Finds the documents in a file of JSON objects that stand one after another, on one line each or on many.
///
/// It only counts braces outside of strings; whether a document is JSON is for its reader to say.
enum JSONSlicer {
  /// The places of the documents.
  /// - Throws: where something else stands between documents, or the last one has no end.
  static func documents(in bytes: [UInt8]) throws(InputError) -> [Range<Int>] {
    var documents: [Range<Int>] = []
    var (start, depth) = (0, 0)
    var (isInString, isEscaped) = (false, false)
    for offset in (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)..<bytes.count {
      let byte = bytes[offset]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
      } else if depth == 0 {
        if isSpace(byte) { continue }
        guard byte == UInt8(ascii: "{") else { throw .noJSONObject(at: offset) }
        (start, depth) = (offset, 1)
      } else if byte == UInt8(ascii: "\"") {
        isInString = true
      } else if byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { documents.append(start..<offset + 1) }
      }
    }
    guard depth == 0 else { throw .cutOffJSON(at: start) }
    return documents
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
