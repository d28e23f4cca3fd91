/// The bounds of this room. Whatever falls past one is counted, never silently left out.
package struct LinkingLimits: Sendable {
  /// Spans held at once to find each other's parents, at about 430 bytes each (measured: 91 MB for 211,515). Past it,
  /// spans still count for their node, but find no partner and are counted as unpaired.
  package var pairableSpansMax = 2_000_000

  /// Different services and inferred nodes. A picture of more is of no use, and hostile names could be without number;
  /// the rest is drawn as one node, `__other__`.
  package var nodesMax = 10_000

  /// Different span names in a latency answer; the rest is counted under `__other__`.
  package var spanNamesMax = 10_000

  /// The longest ID of a node and the longest span name, in bytes, so that hostile names cannot fill the memory. Longer
  /// ones are counted under `__other__`.
  package var nameByteCountMax = 16 << 10

  package init() {}

  /// The name that stands for everything past a bound.
  package static let otherName = "__other__"
}
