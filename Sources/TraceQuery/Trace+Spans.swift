import TraceLinking
import TraceModel

extension Trace {
  /// The tree of a trace's spans in any order (`TraceLinker`), with the times that they were sent with.
  package init(of id: TraceID, _ spans: [Span]) {
    self = TraceLinker.link(id, spans)
  }

  /// The same as if all hosts had one clock, with what was added to each span's times (`ClockSkew`).
  package var onOneClock: Trace { ClockSkew.adjusting(self) }
}
