extension String {
  /// Whether both are the same bytes. `==` also holds for strings that are only canonically equivalent.
  package func hasSameBytes(as other: String) -> Bool {
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
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
