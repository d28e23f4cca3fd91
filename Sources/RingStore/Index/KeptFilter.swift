import Synchronization

/// The trace filter of a sealed segment in memory: as of its sealing, or read when it is first asked for. All copies of a
/// segment share it.
final class KeptFilter: Sendable {
  private let filter: Mutex<TraceFilter?>

  init(_ filter: TraceFilter? = nil) {
    self.filter = Mutex(filter)
  }

  /// Nothing as long as the filter has not been read.
  func mayContain(_ probe: TraceFilter.Probe) -> Bool? {
    filter.withLock { $0?.mayContain(probe) }
  }

  func keep(_ filter: TraceFilter) {
    self.filter.withLock { $0 = filter }
  }
}

extension KeptFilter: Equatable {
  /// Whether a filter has been read yet makes no difference to what a ring holds.
  static func == (left: KeptFilter, right: KeptFilter) -> Bool { true }
}
