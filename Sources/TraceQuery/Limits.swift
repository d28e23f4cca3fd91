import TraceModel

/// The bounds of this room.
package enum QueryLimits {
  /// Segments without stored figures, the one being written among them, whose folds are kept for the next question, at
  /// no more bytes each than a footer may take.
  static let keptFoldsMax = 4

  /// Spans of one trace that are linked and shown; the rest of a longer trace is left out and the answer marked
  /// partial. A span takes a few kilobytes in memory.
  package static let traceSpansMax = 200_000

  /// Spans of one trace that are read at once, so that a question about a giant one can be given up between.
  static let tracePageSpans = 20_000
}
