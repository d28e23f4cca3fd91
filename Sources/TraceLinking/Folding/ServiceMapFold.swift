import TraceModel

/// Makes the figures of segments: what `SegmentFold` asks for, by the rules of the article "Edges". How it adds up over
/// segments is told in "Figures".
package struct ServiceMapFold: SegmentFold {
  private let limits: LinkingLimits
  private let annotator = Annotator()

  package init(limits: LinkingLimits = LinkingLimits()) {
    self.limits = limits
  }

  package func annotate(_ batch: inout SpanBatch) throws(CodingError) {
    try annotator.annotate(&batch)
  }

  package func fold(_ segment: any FoldableSegment) throws -> SegmentAggregates {
    try fold(segment, .minute)
  }

  /// The same for whoever asks about all times at once: without minutes, and with corrections that do not tell any apart.
  /// About half of the work where minutes have few spans each.
  package func foldWhole(_ segment: any FoldableSegment) throws -> SegmentAggregates {
    try fold(segment, .whole)
  }

  private func fold(_ segment: any FoldableSegment, _ granularity: Granularity) throws -> SegmentAggregates {
    var folding = Folding(segment, granularity, limits)
    try folding.run()
    return folding.aggregates()
  }
}
