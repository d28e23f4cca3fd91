/// Where the showing of a trace goes on: at a span of its tree, or, of a trace that is too large to be read at once, of the
/// tree of a later part.
struct TracePlace: Equatable, Sendable {
  /// In the order of the tree.
  var position = 0
  /// The cursor of the part; nil for the first.
  var part: String?
}

extension TracePlace: LosslessStringConvertible {
  /// `2000`, or `0@1f-3000-5`.
  init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let position = Int(first), position >= 0 else { return nil }
    self.init(position: position, part: parts.count > 1 ? String(parts[1]) : nil)
  }

  var description: String { part.map { "\(position)@\($0)" } ?? String(position) }
}
