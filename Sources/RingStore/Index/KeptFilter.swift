import Synchronization

/// The trace filter of a sealed segment in memory: as of its sealing, or read when it is first asked for. All copies of a
/// segment share it.
final class KeptFilter: Sendable {
  private let kept: Mutex<TraceFilter?>

  init(_ filter: TraceFilter? = nil) {
    self.kept = Mutex(filter)
  }

  /// Nothing as long as it has not been read.
  var filter: TraceFilter? { kept.withLock { $0 } }

  /// Nothing as long as the filter has not been read.
  func mayContain(_ probe: TraceFilter.Probe) -> Bool? {
    kept.withLock { $0?.mayContain(probe) }
  }

  func keep(_ filter: TraceFilter) {
    kept.withLock { $0 = filter }
  }
}

extension KeptFilter: Equatable {
  /// Whether a filter has been read yet makes no difference to what a ring holds.
  static func == (left: KeptFilter, right: KeptFilter) -> Bool { true }
}
