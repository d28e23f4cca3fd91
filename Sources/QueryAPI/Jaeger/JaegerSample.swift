import TraceModel
import TraceQuery

/// The traces that answers about the traces themselves are made from: the newest of a window, as many as
/// `APILimits.jaegerSampleTraces` says, and of them as many spans as any answer has.
struct JaegerSample: Sendable {
  /// Empty for all.
  let service: String
  private let search: JaegerSearch

  /// `service`, `operation`; `start` and `end` in microseconds, which are zero where the UI has none; `hours` instead.
  init(_ parameters: JaegerParameters, now: Timestamp) throws(APIError) {
    service = parameters["service"] ?? ""
    let zero = Timestamp(unixNanoseconds: 0)
    let end = try parameters.microseconds("end").flatMap { $0 == zero ? nil : $0 } ?? now
    let hours = try parameters.count("hours", usual: 48)
    let start =
      try parameters.microseconds("start").flatMap { $0 == zero ? nil : $0 }
      ?? end - .seconds(3600 * UInt64(min(hours, 1_000_000)))
    guard start <= end else { throw APIError(.badRequest, "invalid parameter: start time must be before end time") }
    var search = JaegerSearch(start: start...end)
    search.service = service
    search.spanName = parameters["operation"] ?? ""
    search.limit = APILimits.jaegerSampleTraces
    search.spansMax = APILimits.jaegerSampleTraceSpans
    self.search = search
  }

  func traces(_ queries: TraceQueries) throws -> (traces: [TraceQueries.LinkedTrace], isPartial: Bool) {
    let found = try search.traces(queries)
    return (found.traces, found.isPartial)
  }
}
