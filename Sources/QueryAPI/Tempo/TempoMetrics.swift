import TraceModel
import TraceQuery

/// A question about figures, as `/api/metrics/query_range` and `/api/metrics/query` are asked it.
struct TempoMetrics: Sendable {
  let question: MetricsQuestion
  let columns: SpanMetrics.Columns

  private static let sinceUsual = TraceModel.Duration.seconds(3600)

  /// - Parameter isInstant: whether the window is one column; then `step` says nothing.
  init(_ parameters: TempoParameters, isInstant: Bool, now: Timestamp) throws(APIError) {
    guard let text = parameters["q"] ?? parameters["query"] else {
      throw APIError(.badRequest, "q is missing: a question in TraceQL such as { status = error } | rate()")
    }
    let exemplars = try parameters.count("exemplars", usually: 0, least: 0, most: QueryLimits.exemplarsMax)
    let end = try parameters.moment("end") ?? now
    let since = try parameters.length("since")
    let start = try parameters.moment("start") ?? end - (since ?? Self.sinceUsual)
    guard start < end else { throw APIError(.badRequest, "http parameter start must be before end") }
    let step = isInstant ? nil : try parameters.step()
    do throws(QuestionError) {
      question = try MetricsQuestion(traceQL: text, exemplarsMax: isInstant ? 0 : exemplars)
      columns =
        try isInstant
        ? SpanMetrics.Columns(whole: start, to: end) : SpanMetrics.Columns(from: start, to: end, step: step)
    } catch {
      if case .traceQL = error { throw APIError(.badRequest, "invalid TraceQL query: \(error)") }
      throw APIError(.badRequest, "\(error)")
    }
  }
}

extension TempoParameters {
  /// A duration, or a number of seconds; nil for one that fits the window.
  fileprivate func step() throws(APIError) -> TraceModel.Duration? {
    guard let text = self["step"] else { return nil }
    let length: TraceModel.Duration?
    if let seconds = Double(text) {
      length =
        seconds >= 0 && seconds < 9.2e9 ? TraceModel.Duration(nanoseconds: UInt64((seconds * 1e9).rounded())) : nil
    } else {
      length = Self.length(text)
    }
    guard let length, length > .zero else {
      throw APIError(
        .badRequest, "invalid step: \"\(text.prefix(64))\" is no duration such as 15s, nor seconds above zero")
    }
    return length
  }
}
