/// A place in a line of text that a person typed: the text, and a line with a caret below.
package struct TextPosition: Sendable {
  package let lines: [String]

  /// - Parameters:
  ///   - position: of a character, from 1; what lies behind the end is the end.
  ///   - width: columns of a line; a longer text is shown around the place.
  package init(_ text: String, _ position: Int, width: Int) {
    let room = max(20, width - 4)
    // Positions count scalars, and control characters would move the caret.
    let scalars = text.unicodeScalars.map { scalar in
      scalar.properties.generalCategory == .control ? " " : scalar
    }
    let place = min(max(0, position - 1), scalars.count)
    let begin = scalars.count <= room ? 0 : max(0, min(place - room / 2, scalars.count - room))
    let end = min(scalars.count, begin + room)
    func shown(_ range: Range<Int>) -> String { VisibleText(String(String.UnicodeScalarView(scalars[range]))).text }
    lines = [
      "  " + shown(begin..<end),
      "  " + String(repeating: " ", count: shown(begin..<max(begin, min(place, end))).columns) + "^",
    ]
  }
}
