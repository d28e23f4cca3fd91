/// Why an answer is about less than it was asked about.
package enum AnswerCut: String, Hashable, Sendable {
  /// There is more than was to be told.
  case limit
  /// The time for it was up.
  case time
}
