/// How much was looked at for an answer (tempopb.SearchMetrics). Tempo counts the jobs that a question was cut into; here
/// it is one, which is complete unless its time or what it may tell came to an end.
struct TempoFigures: Encodable {
  var inspectedTraces: Int?
  var inspectedBytes: String?
  var inspectedSpans: String?
  var completedJobs: Int?
  var totalJobs: Int?

  /// Nothing to tell.
  static let none = TempoFigures()

  private init() {}

  init(traces: Int? = nil, bytes: UInt64? = nil, spans: UInt64? = nil, isWhole: Bool) {
    inspectedTraces = traces
    inspectedBytes = bytes.map { String($0) }
    inspectedSpans = spans.map { String($0) }
    completedJobs = isWhole ? 1 : 0
    totalJobs = 1
  }
}
