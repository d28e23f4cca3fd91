extension Footer {
  /// Every section with its name in words, unknown ones included.
  var parts: [(section: Section, name: String)] {
    table.map { section in (section, section.footerName) }
  }

  /// Where the blocks end at the latest.
  var startOffset: UInt64 { table.map(\.range.lowerBound).min() ?? 0 }

  var endOffset: UInt64 { table.map(\.range.upperBound).max() ?? 0 }
}

extension Section {
  /// As a section of a footer: `trace index`, or its number if this version does not know it.
  var footerName: String { Footer.ID(rawValue: id)?.inWords ?? "footer section \(id)" }
}

extension Footer.ID {
  /// `traceIndex` as `trace index`.
  fileprivate var inWords: String {
    "\(self)".reduce(into: "") { words, letter in words += letter.isUppercase ? " \(letter.lowercased())" : "\(letter)"
    }
  }
}
