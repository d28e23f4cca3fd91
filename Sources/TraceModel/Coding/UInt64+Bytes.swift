extension UInt64 {
  /// Reads 1 to 16 hexadecimal digits of either case; nothing for anything else (signs included).
  package init?(hexDigits digits: some Collection<UInt8>) {
    guard (1...16).contains(digits.count) else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      let nibble: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): nibble = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): nibble = digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): nibble = digit - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt64(nibble)
    }
    self = value
  }

  /// 16 lower-case hexadecimal digits.
  package var hexDigits: String {
    String(hexOf: self)
  }

  /// Reads at most 8 bytes, most significant first.
  package init(bigEndianBytes bytes: some Collection<UInt8>) {
    precondition(bytes.count <= 8)
    self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// 8 bytes, most significant first.
  package var bigEndianBytes: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) }
  }
}

extension String {
  fileprivate init(hexOf value: UInt64) {
    let digits = Array("0123456789abcdef".utf8)
    self = String(decoding: (0..<16).map { digits[Int(value >> (60 - 4 * $0) & 15)] }, as: UTF8.self)
  }
}
