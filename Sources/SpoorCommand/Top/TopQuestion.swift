import Rendering
import TraceModel

/// What is asked of a source again and again: the map of the last while.
///
/// Rates are counts of a window divided by its length, and exact for what has arrived: the window ends `lag` ago,
/// because SDKs keep spans back for some seconds before they send them, and what is not there yet would look like less
/// traffic.
struct TopQuestion: Sendable {
  var source: SourceOptions
  var length: Duration
  var lag: Duration

  struct Reply: Sendable {
    var figures: TopFigures
    var at: Timestamp
    var isPartial: Bool
  }

  func ask(at now: Timestamp) async throws -> Reply {
    let to = now - lag
    let from = to - length
    // Opened each time: the files of a ring are read as they are at that moment.
    let map = try await source.open().serviceMap(TimeWindow(from: from, to: to))
    return Reply(figures: TopFigures(map.value, from: from, to: to), at: now, isPartial: map.isPartial)
  }

  /// Why there is no answer, in one line.
  static func reason(_ error: any Error) -> String {
    ((error as? CommandFailure)?.message ?? "\(error)").asOneLine
  }
}
