extension String {
  /// Whether both are the same bytes. `==` also holds for strings that are only canonically equivalent.
  package func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    // What is canonically equal to an ASCII string without being that string takes more bytes, so Swift's own fast
    // comparison will do for nearly all there are.
    return utf8Span.isKnownASCII ? self == other : utf8.elementsEqual(other.utf8)
  }
}

/// A string as a dictionary key that keeps apart what Unicode calls equivalent.
package struct ExactString: Hashable, Sendable {
  package var text: String

  package init(text: String) {
    self.text = text
  }

  package static func == (left: ExactString, right: ExactString) -> Bool { left.text.hasSameBytes(as: right.text) }
}
