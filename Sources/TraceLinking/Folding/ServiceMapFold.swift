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
    var folding = Folding(segment, limits)
    try folding.run()
    return folding.aggregates()
  }
}
