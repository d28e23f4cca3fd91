/// What a map's SVG has beyond what Graphviz writes.
enum MapSVG {
  /// Makes tooltips titles, which every browser shows and screen readers read; lights up the edge under the pointer; and
  /// lets colours follow the reader's system.
  /// - Parameter follows: whether the light colours become the dark ones for whoever has chosen dark.
  static func finished(_ svg: [UInt8], follows: Bool) -> [UInt8] {
    var finished: [UInt8] = []
    finished.reserveCapacity(svg.count + 4096)
    var rest = svg[...]
    if let head = rest.firstRange(of: Array("<svg".utf8)), let end = rest[head.upperBound...].firstIndex(of: Self.close)
    {
      finished += rest[...end]
      finished += Array("\n<style>\n\(style(follows: follows))</style>".utf8)
      rest = rest[(end + 1)...]
    }
    let mark = Array("<a xlink:title=\"".utf8)
    while let found = rest.firstRange(of: mark) {
      let quote = rest[found.upperBound...].firstIndex(of: UInt8(ascii: "\""))
      guard let quote, let end = rest[quote...].firstIndex(of: close) else { break }
      finished += rest[..<found.lowerBound]
      finished += Array("<a><title>".utf8)
      finished += rest[found.upperBound..<quote]
      finished += Array("</title>".utf8)
      rest = rest[(end + 1)...]
    }
    return finished + rest
  }

  private static var close: UInt8 { UInt8(ascii: ">") }

  private static func style(follows: Bool) -> String {
    let rules = [
      ".edge:hover path { stroke: \(Theme.pointed); stroke-opacity: 1; stroke-width: 3 }",
      ".edge:hover polygon { fill: \(Theme.pointed); stroke: \(Theme.pointed) }",
    ]
    return (rules + (follows ? Theme.darkRules : [])).joined(separator: "\n") + "\n"
  }
}
