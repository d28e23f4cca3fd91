/// Reads `key=value other="with \"quotes\"" flag`, as the `tags` of Tempo's search are written
/// (https://brandur.org/logfmt).
enum Logfmt {
  struct Problem: Error, Hashable {
    /// In bytes, from 1 on.
    let position: Int
    let reason: String
  }

  /// - Returns: keys with their values in order; a key alone has an empty one.
  static func read(_ text: String) throws(Problem) -> [(key: String, value: String)] {
    let bytes = Array(text.utf8)
    var pairs: [(key: String, value: String)] = []
    var position = 0
    func isSpace(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") }
    while true {
      while position < bytes.count, isSpace(bytes[position]) { position += 1 }
      guard position < bytes.count else { return pairs }
      let start = position
      while position < bytes.count, !isSpace(bytes[position]), bytes[position] != UInt8(ascii: "=") {
        if bytes[position] == UInt8(ascii: "\"") { throw Problem(position: position + 1, reason: "unexpected '\"'") }
        position += 1
      }
      guard position > start else { throw Problem(position: position + 1, reason: "unexpected '='") }
      let key = String(decoding: bytes[start..<position], as: UTF8.self)
      guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
        pairs.append((key, ""))
        continue
      }
      position += 1
      pairs.append((key, try value(in: bytes, from: &position)))
    }
  }

  private static func value(in bytes: [UInt8], from position: inout Int) throws(Problem) -> String {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      let start = position
      while position < bytes.count, bytes[position] > UInt8(ascii: " ") {
        if bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "=") {
          throw Problem(position: position + 1, reason: "unexpected '\(Character(Unicode.Scalar(bytes[position])))'")
        }
        position += 1
      }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    let start = position
    position += 1
    var value: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: value, as: UTF8.self)
      case UInt8(ascii: "\\") where position < bytes.count:
        let escaped = bytes[position]
        position += 1
        switch escaped {
        case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): value.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): value.append(UInt8(ascii: "\r"))
        default: value.append(escaped)
        }
      default: value.append(byte)
      }
    }
    throw Problem(position: start + 1, reason: "unterminated quoted value")
  }
}
