import Rendering

/// Makes keys of the bytes that a terminal sends: characters, and ECMA-48's sequences for those that are none. What it
/// does not know is left out, however long it is; nothing is kept but where in a sequence it stands.
struct KeyDecoder {
  private enum Place {
    case ground
    case escape
    /// In a sequence after `ESC [` or `ESC O`, with its number so far.
    case sequence(number: Int)
  }

  private var place = Place.ground

  /// - Returns: the key that this byte completes.
  mutating func decode(_ byte: UInt8) -> TopView.Key? {
    switch place {
    case .ground:
      return ground(byte)
    case .escape:
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "O") {
        place = .sequence(number: 0)
        return nil
      }
      // Escape by itself means nothing here; what follows is a key.
      place = .ground
      return ground(byte)
    case .sequence(let number):
      if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        place = .sequence(number: min(number * 10 + Int(byte - UInt8(ascii: "0")), 1000))
        return nil
      }
      // Parameters and intermediates go on, a final byte ends.
      if (0x20..<0x40).contains(byte) { return nil }
      place = .ground
      return Self.key(byte, number)
    }
  }

  private mutating func ground(_ byte: UInt8) -> TopView.Key? {
    switch byte {
    case 0x1b:
      place = .escape
      return nil
    case 0x03, 0x04: return .interrupt
    case 0x09, 0x0a, 0x0d, 0x20..<0x7f: return .character(Character(Unicode.Scalar(byte)))
    default: return nil
    }
  }

  private static func key(_ final: UInt8, _ number: Int) -> TopView.Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "~"):
      switch number {
      case 1, 7: .home
      case 4, 8: .end
      case 5: .pageUp
      case 6: .pageDown
      default: nil
      }
    default: nil
    }
  }
}
