/// How far a walk through spans for their attributes came.
package struct AttributeWalk: Hashable, Sendable {
  /// Spans of the window that were looked at, the newest first.
  package var spans: UInt64 = 0
  /// Bytes that they take in memory.
  package var bytes: UInt64 = 0
  /// Whether everything in the window was looked at and is told of.
  package var isWhole = true

  package init() {}
}

/// The keys of attributes that spans of a window have, sorted.
package struct AttributeKeys: Hashable, Sendable {
  package var resource: [String] = []
  package var span: [String] = []
  package var event: [String] = []
  package var link: [String] = []
  package var instrumentation: [String] = []
  package var walk = AttributeWalk()

  package init() {}
}
