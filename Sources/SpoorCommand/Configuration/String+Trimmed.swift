import Foundation

extension String {
  /// Without the spaces and tabs around it.
  var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
