/// A span name and the kind that spans of that name have; one name may come with several.
package struct SpanNameKind: Hashable, Sendable {
  package var name: String
  package var kind: SpanKind

  package init(name: String, kind: SpanKind) {
    self.name = name
    self.kind = kind
  }
}

extension SpanNameKind: Comparable {
  package static func < (left: SpanNameKind, right: SpanNameKind) -> Bool {
    (left.name, left.kind.rawValue) < (right.name, right.kind.rawValue)
  }
}
