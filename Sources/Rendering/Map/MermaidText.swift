/// Text in Mermaid's diagrams (https://mermaid.js.org/syntax/flowchart.html).
enum MermaidText {
  /// Lines of visible text in the quotes of a label. Whatever could mean something to Mermaid, to Markdown or to HTML is
  /// written as the number of its character.
  static func label(_ lines: [String]) -> String { "\"\(lines.map(escaped).joined(separator: "<br/>"))\"" }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", ".", ",", ":", "-", "/", "%": escaped.unicodeScalars.append(scalar)
      case _ where scalar.isASCII: escaped += "#\(scalar.value);"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
