/// Something that a span has.
package enum TraceQLField: Hashable, Sendable {
  case attribute(Scope, String)
  case intrinsic(TraceQLIntrinsic)

  /// Whose attribute is meant. The raw value is what stands before the key.
  package enum Scope: String, Hashable, Sendable, CaseIterable {
    /// The span's or, if it has none of that key, its resource's.
    case any = "."
    case span = "span."
    case resource = "resource."
    /// Any, of the span's parent.
    case parent = "parent."
    case parentSpan = "parent.span."
    case parentResource = "parent.resource."
    /// Of any of the span's events.
    case event = "event."
    /// Of any of the span's links.
    case link = "link."
    /// Of its instrumentation scope.
    case instrumentation = "instrumentation."
  }
}

extension TraceQLField: CustomStringConvertible {
  package var description: String {
    switch self {
    case .intrinsic(let intrinsic): intrinsic.rawValue
    case .attribute(let scope, let key):
      // Behind `parent.` such a key would read as a scope.
      scope == .parent && (key.hasPrefix("span.") || key.hasPrefix("resource.")) || !TraceQLScanner.isPlainKey(key)
        ? scope.rawValue + TraceQLLiteral.quoted(key) : scope.rawValue + key
    }
  }
}
