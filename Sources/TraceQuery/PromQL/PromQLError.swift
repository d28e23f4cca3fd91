/// Why a query in PromQL has no answer.
package struct PromQLError: Error, Hashable, Sendable {
  /// Where in the text, counted in characters from 1; nil for what only comes up when it is worked out.
  package let position: Int?
  package let message: String

  init(at position: Int, _ message: String) {
    self.position = position
    self.message = message
  }

  /// Of what cannot be worked out.
  init(_ message: String) {
    position = nil
    self.message = message
  }
}

extension PromQLError: CustomStringConvertible {
  /// As Prometheus says it: `1:5: parse error: …`.
  package var description: String { position.map { "1:\($0): parse error: \(message)" } ?? message }
}
