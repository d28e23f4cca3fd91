/// A search as a person has put it.
struct SearchQuestion: Sendable {
  /// TraceQL that has been read without an error.
  var text: String
  var limit: Int
  /// Of an earlier answer.
  var cursor: String?
  /// Spans that are told of each set that a trace is found by.
  var spansMax: Int
}
