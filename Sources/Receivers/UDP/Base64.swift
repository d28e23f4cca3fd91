/// RFC 4648's base64 with its padding, decoded where it stands.
enum Base64 {
  /// - Returns: where the decoded bytes stand, at the beginning of `range`; nil if that is not base64: a wrong character, a
  ///   wrong length, or bits that encode nothing.
  static func decode(_ range: Range<Int>, of bytes: inout MutableSpan<UInt8>) -> Range<Int>? {
    guard range.count % 4 == 0 else { return nil }
    guard !range.isEmpty else { return range }
    let values = values
    let padding = bytes[range.upperBound - 1] != pad ? 0 : bytes[range.upperBound - 2] != pad ? 1 : 2
    var (from, to) = (range.lowerBound, range.lowerBound)
    while from < range.upperBound - (padding > 0 ? 4 : 0) {
      let group = group(at: from, of: bytes, values)
      guard group < 1 << 24 else { return nil }
      bytes[to] = UInt8(truncatingIfNeeded: group >> 16)
      bytes[to + 1] = UInt8(truncatingIfNeeded: group >> 8)
      bytes[to + 2] = UInt8(truncatingIfNeeded: group)
      from += 4
      to += 3
    }
    if padding > 0 {
      for position in range.upperBound - padding..<range.upperBound { bytes[position] = zero }
      let group = group(at: from, of: bytes, values)
      // The bits that padding cuts off must be zero, so that there is one text for every payload.
      guard group < 1 << 24, group & (padding == 1 ? 0xff : 0xffff) == 0 else { return nil }
      bytes[to] = UInt8(truncatingIfNeeded: group >> 16)
      if padding == 1 { bytes[to + 1] = UInt8(truncatingIfNeeded: group >> 8) }
      to += 3 - padding
    }
    return range.lowerBound..<to
  }

  /// The 24 bits that four characters stand for; more than 24 bits if one of them stands for nothing.
  private static func group(at start: Int, of bytes: borrowing MutableSpan<UInt8>, _ values: [UInt32]) -> UInt32 {
    let (first, second) = (values[Int(bytes[start])], values[Int(bytes[start + 1])])
    let (third, fourth) = (values[Int(bytes[start + 2])], values[Int(bytes[start + 3])])
    return first << 18 | second << 12 | third << 6 | fourth | (first | second | third | fourth) & wrong
  }

  private static let pad = UInt8(ascii: "=")
  private static let zero = UInt8(ascii: "A")
  private static let wrong: UInt32 = 1 << 31
  private static let values = {
    var values = [UInt32](repeating: wrong, count: 256)
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt32(value) }
    return values
  }()
}
