/// A key and its value, on a span, event, link, resource or scope: OTLP's KeyValue.
package struct Attribute: Hashable, Sendable {
  package var key: String
  package var value: AttributeValue

  package init(_ key: String, _ value: AttributeValue) {
    self.key = key
    self.value = value
  }
}

extension Attribute {
  /// Byte for byte: Swift's strings are also equal when they only look alike, which would rewrite what was sent.
  package static func == (left: Attribute, right: Attribute) -> Bool {
    left.key.hasSameBytes(as: right.key) && left.value == right.value
  }
}

extension [Attribute] {
  /// The value of the first attribute with this key.
  package subscript(key: String) -> AttributeValue? {
    first { $0.key == key }?.value
  }
}
