/// Text from outside with everything made visible that would act instead of being read: escape sequences that would
/// drive a terminal, line breaks, marks that turn the direction of what follows, characters that XML forbids.
///
/// ESC becomes `␛` and so on; what has no picture becomes U+FFFD. Right-to-left letters, combining marks and the joiners
/// inside emoji are text and stay.
struct VisibleText {
  let text: String

  /// All of `raw`.
  init(_ raw: String) {
    text = raw.unicodeScalars.allSatisfy(Self.isHarmless) ? raw : Self.replacing(raw.unicodeScalars)
  }

  /// At most `graphemes` characters of `raw`, the last an ellipsis if there were more.
  ///
  /// - Precondition: at least one.
  init(_ raw: String, graphemes: Int) {
    precondition(graphemes > 0)
    // One more than fits is enough to know that it does not; bytes bound the work before graphemes are looked for.
    let bytesMax = (graphemes + 1) * Limits.bytesPerGrapheme
    var head = raw[...]
    if raw.utf8.count > bytesMax {
      var scalars = String.UnicodeScalarView()
      var byteCount = 0
      for scalar in raw.unicodeScalars {
        byteCount += UTF8.width(scalar)
        if byteCount > bytesMax { break }
        scalars.append(scalar)
      }
      head = String(scalars)[...]
    }
    let visible = VisibleText(String(head)).text
    let isCut = head.utf8.count < raw.utf8.count
    if let end = visible.index(visible.startIndex, offsetBy: graphemes, limitedBy: visible.endIndex),
      end < visible.endIndex || isCut
    {
      text = visible[..<visible.index(before: end)] + "…"
    } else {
      text = isCut ? visible + "…" : visible
    }
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool { visible(scalar) == scalar }

  private static func replacing(_ raw: String.UnicodeScalarView) -> String {
    var scalars = String.UnicodeScalarView()
    scalars.reserveCapacity(raw.count)
    for scalar in raw { scalars.append(visible(scalar)) }
    return String(scalars)
  }

  private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0x20..<0x7f: scalar
    // The control pictures stand in the order of the controls.
    case 0..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{fffd}"
    case 0x7f: "\u{2421}"
    case 0x80..<0xa0: "\u{fffd}"
    case 0x2028, 0x2029: "\u{2424}"
    // Soft hyphen, directional marks, embeddings, overrides and isolates, invisible spaces and operators.
    case 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x202a...0x202e, 0x2060...0x206f, 0xfeff, 0xfff9...0xfffb: "\u{fffd}"
    // Noncharacters.
    case 0xfdd0...0xfdef: "\u{fffd}"
    case let value where value & 0xfffe == 0xfffe: "\u{fffd}"
    default: scalar
    }
  }
}
