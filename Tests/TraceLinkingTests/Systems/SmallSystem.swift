import Testing
import TraceModel

/// A small system and the map it must draw. Edges are `source -> target kind calls`, nodes `id spans requests`, both with
/// the failures that are not 0.
struct SmallSystem: Sendable, CustomTestStringConvertible {
  var fact: String
  var spans: [Span]
  var edges: [String]
  var unpaired: UInt64 = 0
  /// Nil where edges say enough.
  var nodes: [String]?
  /// Of edges: their mean time in the queue and on the network. Nil where it does not matter, one empty text for none.
  var times: [String]?

  var testDescription: String { fact }
}
