/// A search as a person has put it.
struct SearchQuestion: Sendable {
  /// TraceQL that has been read without an error.
  var text: String
  var limit: Int
  /// Of an earlier answer.
  var cursor: String?
}
