import TraceModel

/// A test of single values for which a search has no condition of its own. Of what a block stores once, it is asked once.
package struct ValueTest: Sendable {
  /// Says all about the test: those of one name are the same.
  package let name: String
  let text: @Sendable (ArraySlice<UInt8>) -> Bool
  let other: @Sendable (AttributeValue) -> Bool

  /// - Parameters:
  ///   - text: whether a text passes, which comes as UTF-8, unless somebody sent what is none.
  ///   - other: whether a value that is no text passes.
  package init(
    _ name: String, text: @escaping @Sendable (ArraySlice<UInt8>) -> Bool,
    other: @escaping @Sendable (AttributeValue) -> Bool = { _ in false }
  ) {
    self.name = name
    self.text = text
    self.other = other
  }

  func passes(_ value: AttributeValue) -> Bool {
    if case .string(let string) = value { text(Array(string.utf8)[...]) } else { other(value) }
  }
}

extension ValueTest: Hashable {
  package static func == (left: ValueTest, right: ValueTest) -> Bool { left.name == right.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
