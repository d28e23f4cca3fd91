/// Why a text is no question that can be answered, and where: `at 12: expected a value, for example 100ms`.
package struct TraceQLError: Error, Hashable, Sendable {
  /// The character, from 1.
  package let position: Int
  package let message: String

  init(at position: Int, _ message: String) {
    self.position = position
    self.message = message
  }
}

extension TraceQLError: CustomStringConvertible {
  package var description: String { "at \(position): \(message)" }
}
