/// SVG, line by line: what pictures of latencies are written with. Nothing is fetched and nothing runs in it.
struct SVGLines {
  private(set) var text = ""

  /// Begins a picture that stands on its own.
  /// - Parameter rules: of a style sheet.
  init(width: Double, height: Double, title: String, background: String, rules: [String] = []) {
    let size = "\(Self.number(width)) \(Self.number(height))"
    line(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" width=\"\(Self.number(width))\" "
        + "height=\"\(Self.number(height))\" font-family=\"\(DOTText.fonts)\" font-size=\"12\" role=\"img\">")
    line("<title>\(XMLText.escaped(title))</title>")
    if !rules.isEmpty { line("<style>\n\(rules.joined(separator: "\n"))\n</style>") }
    line("<rect width=\"100%\" height=\"100%\" fill=\"\(background)\"/>")
  }

  /// Ends the picture.
  mutating func end() { line("</svg>") }

  mutating func line(_ line: String) {
    text += line
    text += "\n"
  }

  /// - Parameter words: visible text.
  mutating func words(
    _ words: String, x: Double, y: Double, color: String, anchor: String = "start", attributes: String = ""
  ) {
    line(
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" fill=\"\(color)\" text-anchor=\"\(anchor)\"\(attributes)>"
        + "\(XMLText.escaped(words))</text>")
  }

  mutating func stroke(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String, attributes: String = ""
  ) {
    line(
      "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\" "
        + "stroke=\"\(color)\"\(attributes)/>")
  }

  /// With at most one decimal.
  static func number(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0
      ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}
