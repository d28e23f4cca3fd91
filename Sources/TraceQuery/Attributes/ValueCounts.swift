import TraceModel

/// Counts values, of which at most so many are told from each other.
final class ValueCounts {
  private var counts: [AttributeValue: UInt64] = [:]
  private var byteCount = 0
  /// Whether there were more values than may be told, or one too long to be told.
  private(set) var isCut = false

  func add(_ value: AttributeValue, _ spans: UInt64 = 1) {
    switch value {
    case .string(let text): count(value, spans, text.utf8.count)
    case .bool, .int, .double: count(value, spans, 8)
    // Each value of a list, as TraceQL compares them.
    case .array(let values): for value in values.prefix(QueryLimits.attributeListValuesMax) { addSingle(value, spans) }
    case .empty, .bytes, .keyValueList: break
    }
  }

  private func addSingle(_ value: AttributeValue, _ spans: UInt64) {
    if case .array = value { return }
    add(value, spans)
  }

  private func count(_ value: AttributeValue, _ spans: UInt64, _ length: Int) {
    if let known = counts[value] {
      counts[value] = known &+ spans
      return
    }
    guard length <= QueryLimits.attributeValueBytesMax, counts.count < QueryLimits.attributeValuesMax,
      byteCount + length <= QueryLimits.attributeValuesBytesMax
    else {
      isCut = true
      return
    }
    byteCount += length
    counts[value] = spans
  }

  /// The most frequent first, then by their texts.
  var sorted: [AttributeValues.Counted] {
    counts.map { (AttributeValues.Counted(value: $0.key, spans: $0.value), Self.order($0.key)) }
      .sorted { left, right in
        left.0.spans != right.0.spans
          ? left.0.spans > right.0.spans : left.1.utf8.lexicographicallyPrecedes(right.1.utf8)
      }.map(\.0)
  }

  private static func order(_ value: AttributeValue) -> String {
    switch value {
    case .string(let text): "s" + text
    case .int(let number): "i\(number)"
    case .double(let number): "d\(number)"
    case .bool(let flag): "b\(flag)"
    default: ""
    }
  }
}
