import RingStore

/// Which part of a long answer is wanted.
package struct PageChoice: Hashable, Sendable {
  let limit: Int?
  let cursor: SpanCursor?

  /// The beginning, of the usual length.
  package static let first = PageChoice()

  private init() { (limit, cursor) = (nil, nil) }

  /// The beginning.
  /// - Parameter count: of what is wanted; less than 1 counts as that.
  package init(first count: Int) { (limit, cursor) = (max(1, count), nil) }

  /// - Parameters:
  ///   - limit: at least 1; nil for the usual one. What is above the room's limit counts as that.
  ///   - cursor: of an earlier answer to the same question, to go on behind it.
  package init(limit: Int?, cursor: String?) throws(QuestionError) {
    if let limit, limit < 1 { throw .limit(limit) }
    self.limit = limit
    self.cursor = try cursor.map { (text) throws(QuestionError) in
      guard let cursor = SpanCursor(text) else { throw .cursor(text) }
      return cursor
    }
  }
}
