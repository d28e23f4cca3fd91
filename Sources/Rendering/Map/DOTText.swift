/// Graphviz's HTML-like labels (https://graphviz.org/doc/info/shapes.html#html) and its quoted strings.
enum DOTText {
  /// Names that browsers know; Graphviz falls back to what the machine has.
  static let fonts = "Helvetica,Arial,sans-serif"

  /// A label of rows, one under another, in its angle brackets.
  /// - Parameter headroom: points above the first.
  static func table(
    _ rows: [String], padding: Int = 0, headroom: Int = 0, alignment: String = "CENTER"
  ) -> String {
    let head = headroom == 0 ? "" : "<TR><TD HEIGHT=\"\(headroom)\"></TD></TR>"
    let cells = head + rows.map { "<TR><TD ALIGN=\"\(alignment)\">\($0)</TD></TR>" }.joined()
    let outer = "<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"1\">\(cells)</TABLE>"
    if padding == 0 { return "<\(outer)>" }
    // A table around the table keeps the text off the line that it labels.
    return
      "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"\(padding)\"><TR><TD>\(outer)</TD></TR>"
      + "</TABLE>>"
  }

  /// - Parameter text: visible text, not yet escaped.
  static func text(_ text: String, color: String, points: Int) -> String {
    "<FONT POINT-SIZE=\"\(points)\" COLOR=\"\(color)\">\(label(text))</FONT>"
  }

  static func bold(_ text: String, color: String, points: Int) -> String {
    "<FONT POINT-SIZE=\"\(points)\" COLOR=\"\(color)\"><B>\(label(text))</B></FONT>"
  }

  static func quiet(_ text: String, _ theme: Theme, points: Int) -> String {
    "<\(self.text(text, color: theme.quietInk, points: points))>"
  }

  /// Text inside a label: XML's characters escaped, and backslashes, which begin Graphviz's own escapes even there.
  /// Brackets too, because its reader stumbles over text of nothing but `]`, the beginning of what ends a CDATA section.
  private static func label(_ text: String) -> String {
    XMLText.escaped(text).replacing("\\", with: "\\\\").replacing("]", with: "&#93;")
  }

  /// Lines of visible text as a quoted string for a tooltip. Ampersands begin entities, and backslashes
  /// escapes: twice, as Graphviz reads a tooltip once for itself and once for its node.
  static func quoted(_ lines: [String]) -> String {
    var quoted = "\""
    for (number, line) in lines.enumerated() {
      if number > 0 { quoted += "\\n" }
      for scalar in line.unicodeScalars {
        switch scalar {
        case "\\": quoted += "\\\\\\\\"
        case "\"": quoted += "\\\""
        case "&": quoted += "&amp;"
        default: quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
