/// Text in Mermaid's diagrams (https://mermaid.js.org/syntax/flowchart.html).
enum MermaidText {
  /// Lines of visible text in the quotes of a label. Whatever could mean something to Mermaid, to Markdown or to HTML is
  /// written as the number of its character: a colon, as it makes links, icons and styles; a point or a hyphen, where it
  /// makes a list, a rule or a link; a space at the beginning, where it makes code.
  static func label(_ lines: [String]) -> String { "\"\(lines.map(escaped).joined(separator: "<br/>"))\"" }

  /// Visible text as a quoted string of YAML, for the title.
  static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\", "#", "<", ">", "&", "`", "$", "{", "}":
        "\\x" + String(scalar.value, radix: 16, uppercase: true)
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }

  private static func escaped(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var escaped = ""
    for (position, scalar) in scalars.enumerated() {
      let before = position > 0 ? scalars[position - 1] : nil
      let after = position + 1 < scalars.count ? scalars[position + 1] : nil
      let isPlain =
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ",", "/", "%": true
        case " ": before != nil
        // Not as in "1. first" and "www.example".
        case ".": isWordy(after) ? before != "w" && before != "W" : before?.properties.numericType == nil
        case "-": isWordy(before) && isWordy(after)
        default: !scalar.isASCII
        }
      // Between two dollars Mermaid sets a formula, whatever they are written as: a joiner parts them.
      if scalar == "$" && before == "$" { escaped += "#8288;" }
      if isPlain { escaped.unicodeScalars.append(scalar) } else { escaped += "#\(scalar.value);" }
    }
    return escaped
  }

  private static func isWordy(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
  }
}
