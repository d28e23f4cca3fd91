/// JSON that an encoder wrote.
enum JSONText {
  /// DEL, the controls from U+0080 to U+009F, line separators, and the marks that turn the direction of text, as `\uXXXX`.
  /// They are valid as they are, but someone prints answers on a terminal. Outside strings JSON has none of them.
  /// - Parameter json: valid UTF-8.
  static func escapingControls(_ json: [UInt8]) -> [UInt8] {
    guard json.contains(where: { $0 == 0x7f || $0 == 0xc2 || $0 == 0xe2 }) else { return json }
    var escaped: [UInt8] = []
    escaped.reserveCapacity(json.count + 64)
    var position = 0
    while position < json.count {
      let byte = json[position]
      let following = position + 1 < json.count ? json[position + 1] : 0
      let last = position + 2 < json.count ? json[position + 2] : 0
      switch (byte, following, last) {
      case (0x7f, _, _):
        escaped += escape(0x7f)
        position += 1
      case (0xc2, 0x80...0x9f, _):
        escaped += escape(UInt16(following))
        position += 2
      // U+200E and U+200F; U+2028 to U+202E; U+2066 to U+2069.
      case (0xe2, 0x80, 0x8e...0x8f), (0xe2, 0x80, 0xa8...0xae), (0xe2, 0x81, 0xa6...0xa9):
        escaped += escape(0x2000 + UInt16(following & 0x3f) << 6 + UInt16(last & 0x3f))
        position += 3
      default:
        escaped.append(byte)
        position += 1
      }
    }
    return escaped
  }

  private static func escape(_ unit: UInt16) -> [UInt8] {
    let digits = String(unit, radix: 16)
    return Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
  }
}
