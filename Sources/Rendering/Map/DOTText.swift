/// Graphviz's HTML-like labels (https://graphviz.org/doc/info/shapes.html#html) and its quoted strings.
enum DOTText {
  /// Names that browsers know; Graphviz falls back to what the machine has.
  static let fonts = "Helvetica,Arial,sans-serif"

  /// A label of rows, one under another, in its angle brackets.
  static func table(_ rows: [String], padding: Int = 0, alignment: String = "CENTER") -> String {
    let cells = rows.map { "<TR><TD ALIGN=\"\(alignment)\">\($0)</TD></TR>" }.joined()
    let outer = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">\(cells)</TABLE>"
    if padding == 0 { return "<\(outer)>" }
    // A table around the table keeps the text off the line that it labels.
    return
      "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"\(padding)\"><TR><TD>\(outer)</TD></TR>"
      + "</TABLE>>"
  }

  /// - Parameter text: visible text, not yet escaped.
  static func text(_ text: String, color: String, points: Int) -> String {
    "<FONT POINT-SIZE=\"\(points)\" COLOR=\"\(color)\">\(escaped(text))</FONT>"
  }

  static func bold(_ text: String, color: String, points: Int) -> String {
    "<FONT POINT-SIZE=\"\(points)\" COLOR=\"\(color)\"><B>\(escaped(text))</B></FONT>"
  }

  static func quiet(_ text: String, _ theme: Theme, points: Int) -> String {
    "<\(self.text(text, color: theme.quietInk, points: points))>"
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Lines of visible text as a quoted string for a tooltip. Backslashes begin Graphviz's own escapes, ampersands its
  /// entities.
  static func quoted(_ lines: [String]) -> String {
    var quoted = "\""
    for (number, line) in lines.enumerated() {
      if number > 0 { quoted += "\\n" }
      for scalar in line.unicodeScalars {
        switch scalar {
        case "\\": quoted += "\\\\"
        case "\"": quoted += "\\\""
        case "&": quoted += "&amp;"
        default: quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
