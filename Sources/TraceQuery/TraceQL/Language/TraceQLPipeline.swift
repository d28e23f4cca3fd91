/// Stages, each of which takes the sets of spans that the one before leaves. The first takes one set: all spans of a trace.
package struct TraceQLPipeline: Hashable, Sendable {
  /// At least one.
  package var stages: [TraceQLStage]

  package init(_ stages: [TraceQLStage]) {
    self.stages = stages
  }
}

extension TraceQLPipeline: CustomStringConvertible {
  package var description: String { stages.map(\.description).joined(separator: " | ") }
}
