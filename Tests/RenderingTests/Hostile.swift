/// Names that nobody would choose and somebody will send. Tests take them by number, as they would garble the report.
enum Hostile {
  static let names: [String] = [
    "", " ", "   ", "\"", "\\", "\\\"", "a\"];b[label=\"c", "trailing\\", "\\N\\G\\l\\n", "<b>bold</b>", "</TABLE>>];}",
    "<",
    ">", "&", "&lt;", "&amp;amp;", "&#10;", "]]>", "<!-- ", "line\nbreak\r\nand\ttab", "\u{0}",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}", "\u{9b}31m", "\u{202e}txet", "\u{2066}isolate", "\u{feff}bom", "\u{fffe}\u{ffff}\u{1fffe}",
    "עברית", "العربية", "日本語のサービス名がとても長い場合にはどうなるのでしょうかと考えた", "e\u{301}",
    "👩‍👩‍👧‍👦", String(repeating: "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿", count: 200), "a" + String(repeating: "\u{301}", count: 5_000),
    String(repeating: "x", count: 100_000), "digraph {", "/* comment", "// comment", "# comment", "$(reboot)",
    "`reboot`",
    "n0", "graph", "node", "%s%n", "{record|port}", "]", "]]", "[::1]", "\u{2028}separator\u{2029}", "\u{e000}private",
  ]
}
