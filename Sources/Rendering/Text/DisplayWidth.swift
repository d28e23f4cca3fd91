extension Character {
  /// The columns that a terminal gives the character: 0 for marks alone, 2 for East Asian wide ones and emoji, else 1.
  var columns: Int {
    var widest = 0
    for scalar in unicodeScalars {
      // Makes an emoji of a sign that has both looks.
      if scalar.value == 0xfe0f { return 2 }
      widest = max(widest, scalar.columns)
    }
    return widest
  }
}

extension Unicode.Scalar {
  fileprivate var columns: Int {
    switch value {
    case ..<0x300: return 1
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1faff,
      0x20000...0x3fffd:
      return 2
    default:
      switch properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: return 0
      default: return properties.isEmojiPresentation ? 2 : 1
      }
    }
  }
}

extension String {
  /// The columns that a terminal gives the text.
  var columns: Int { utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.columns } }

  /// Visible text of at most so many columns, with an ellipsis for what does not fit; nothing in no columns.
  func fitting(columns limit: Int) -> String {
    guard limit > 0 else { return "" }
    // Nearly every character takes a column, so that more of them than columns need not be looked at.
    let text = VisibleText(self, graphemes: limit).text
    if text.columns <= limit { return text }
    var fitted = ""
    var used = 0
    for character in text {
      if used + character.columns > limit - 1 { break }
      fitted.append(character)
      used += character.columns
    }
    return fitted + "…"
  }

  /// Filled with spaces on the right up to `columns`.
  func padded(to columns: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, columns - self.columns))
  }

  /// Filled with spaces on the left.
  func aligned(to columns: Int) -> String {
    String(repeating: " ", count: Swift.max(0, columns - self.columns)) + self
  }
}
