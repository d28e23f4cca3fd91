import TraceModel

extension AttributeValue {
  /// For a line that people read: strings bare at the top and quoted inside a list; what is long or deep is cut with an
  /// ellipsis (`Limits`). Not yet made visible.
  var text: String { text(depth: 1) }

  private func text(depth: Int) -> String {
    switch self {
    case .empty: "(empty)"
    // A line shows a few hundred characters; a megabyte of text need not be walked for them.
    case .string(let value):
      depth == 1 ? value : "\"\(VisibleText(value, graphemes: 200).text)\""
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): String(value)
    case .bytes(let value): "\(UInt64(value.count).grouped("byte"))"
    case .array(let values):
      depth > Limits.valueDepth
        ? "[…]" : "[\(Self.list(values) { $0.text(depth: depth + 1) })]"
    case .keyValueList(let attributes):
      depth > Limits.valueDepth
        ? "{…}" : "{\(Self.list(attributes) { "\($0.key): \($0.value.text(depth: depth + 1))" })}"
    }
  }

  private static func list<Element>(_ elements: [Element], _ text: (Element) -> String) -> String {
    let shown = elements.prefix(Limits.valueElements).map(text).joined(separator: ", ")
    return elements.count > Limits.valueElements ? shown + ", …" : shown
  }
}
