/// What every span has beside attributes. The raw value is how it is printed; `TraceQLIntrinsic.init(word:)` knows other
/// spellings.
package enum TraceQLIntrinsic: String, Hashable, Sendable, CaseIterable {
  case name
  case status
  case statusMessage
  case kind
  case duration
  /// Ours: as the map counts the span.
  case outcome
  case spanID = "span:id"
  /// What the span says, whether or not it is there.
  case parentID = "span:parentID"
  /// The ID of its parent, if that is in the trace.
  case parent
  case childCount
  case nestedSetLeft
  case nestedSetRight
  case nestedSetParent
  case traceID = "trace:id"
  case traceDuration
  case rootName
  case rootServiceName
  case eventName = "event:name"
  case eventTimeSinceStart = "event:timeSinceStart"
  case linkTraceID = "link:traceID"
  case linkSpanID = "link:spanID"
  case instrumentationName = "instrumentation:name"
  case instrumentationVersion = "instrumentation:version"
}

extension TraceQLIntrinsic {
  package init?(word: String) {
    guard let known = Self(rawValue: word) ?? Self.otherSpellings[word] else { return nil }
    self = known
  }

  static let otherSpellings: [String: TraceQLIntrinsic] = [
    "span:name": .name, "span:status": .status, "span:statusMessage": .statusMessage, "span:kind": .kind,
    "span:duration": .duration, "span:outcome": .outcome, "span:childCount": .childCount,
    "span:nestedSetLeft": .nestedSetLeft, "span:nestedSetRight": .nestedSetRight,
    "span:nestedSetParent": .nestedSetParent, "trace:duration": .traceDuration, "trace:rootName": .rootName,
    "trace:rootService": .rootServiceName,
  ]

  /// Whether it can be told of a span without the others of its trace.
  package var isOfSpanAlone: Bool {
    switch self {
    case .parent, .childCount, .nestedSetLeft, .nestedSetRight, .nestedSetParent, .traceDuration, .rootName,
      .rootServiceName:
      false
    default: true
    }
  }
}
