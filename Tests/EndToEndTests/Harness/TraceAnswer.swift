/// What `spoor trace --format json` says, as a tree.
struct TraceAnswer: Sendable {
  var spans: [JSONValue]
  /// The IDs of those that are nobody's child.
  var roots: [String]
  private var childrenOfSpan: [String: [String]] = [:]

  init(_ json: JSONValue) {
    spans = json["spans"].elements
    for span in spans { childrenOfSpan[span["span_id"].string ?? ""] = span["children"].elements.compactMap(\.string) }
    let children = Set(childrenOfSpan.values.joined())
    roots = spans.compactMap { $0["span_id"].string }.filter { !children.contains($0) }
  }

  func children(of id: String) -> [String] { childrenOfSpan[id] ?? [] }
}
