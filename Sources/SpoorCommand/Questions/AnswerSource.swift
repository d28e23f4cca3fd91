import TraceModel
import TraceQuery

/// Where answers come from: a collector that runs, or the files of a ring.
protocol AnswerSource: Sendable {
  /// Spans of the trace that is meant, from an earlier answer's `next` on if one is given.
  /// - Throws: `CommandFailure` with exit code 1 if no trace can be meant, or several.
  func trace(_ reference: TraceReference, after cursor: String?) async throws -> SourcedTrace
  func search(
    _ question: SearchQuestion, _ window: TimeWindow, progress: @escaping Progress
  ) async throws -> Sourced<TraceList>
  func figures(
    _ request: FigureRequest, _ window: TimeWindow, progress: @escaping Progress
  ) async throws -> Sourced<SpanMetrics>
  func serviceMap(_ question: MapQuestion, _ window: TimeWindow) async throws -> Sourced<ServiceMap>
  func services(_ window: TimeWindow) async throws -> Sourced<[ServiceSummary]>
  func latencies(
    _ selection: LatencySelection, _ window: TimeWindow, hasExemplars: Bool
  ) async throws -> Sourced<[LatencySeries]>
  /// - Parameter columns: how many at most.
  func heatMap(
    _ selection: LatencySelection, _ window: TimeWindow, columns: Int
  ) async throws -> Sourced<LatencyHeatMap>
  func horizon() async throws -> RingHorizon
}

extension AnswerSource {
  /// The whole map.
  func serviceMap(_ window: TimeWindow) async throws -> Sourced<ServiceMap> { try await serviceMap(.whole, window) }
}

/// Told now and then which share of the ring has been gone through, from 0 to 1; nil where nobody knows.
typealias Progress = @Sendable (Double?) -> Void

/// An answer, and whether something that belongs to it could not be read.
struct Sourced<Value: Sendable>: Sendable {
  var value: Value
  var isPartial: Bool
}

/// Spans of one trace, in the order of their arrival.
struct SourcedTrace: Sendable {
  var id: TraceID
  var spans: [Span]
  var isPartial: Bool
  /// Leads to the spans behind these, if there are more.
  var next: String?
  /// What is in doubt about it, for people.
  var note: String?
}

/// What times the ring holds, as text for people.
struct RingHorizon: Sendable {
  var spans: UInt64
  var oldestArrival: String?
  var earliestEnd: String?
  var latestEnd: String?
}
