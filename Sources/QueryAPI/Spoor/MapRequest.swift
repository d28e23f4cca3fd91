import Hummingbird
import Rendering
import TraceModel
import TraceQuery

/// What `GET map` is asked for: the options of `spoor map` under the same names, with underscores. Every error names
/// its parameter.
struct MapRequest {
  /// Nil for the map of a trace.
  private let window: TimeWindow
  private let trace: TraceID?
  private let question: MapQuestion
  private let label: DatabaseLabel
  let format: MapFormat
  let style: MapStyle

  init(_ request: Request) throws(APIError) {
    let parameters = request.uri.queryParameters
    window = try TimeWindow(request)
    func text(_ name: Substring) -> String? { parameters[name].map { String($0) } }
    func read<Value>(
      _ name: Substring, _ what: String, _ read: (String) -> Value?
    ) throws(APIError) -> Value? {
      guard let text = text(name) else { return nil }
      guard let value = read(text) else { throw APIError(.badRequest, "\(name)=\(text) is not \(what)") }
      return value
    }
    trace = try read("trace", "a trace ID: 1 to 32 hexadecimal digits, not all zero") { TraceID(hex: $0) }
    format = try read("format", MapFormat.names) { MapFormat(name: $0) } ?? .json
    style = MapStyle(
      ground: try read("theme", "light, dark or auto") { MapStyle.Ground(rawValue: $0) } ?? .auto,
      sizing: try read("size_by", "traffic, latency or none") { MapStyle.Sizing(rawValue: $0) } ?? .traffic)
    label = try read("label", "name, host, namespace, system or full") { DatabaseLabel(rawValue: $0) } ?? .name
    let depth = try read("depth", "a number") { Int($0) }
    let share = try read("min_share", "a share such as 1% or 0.01") { MapQuestion.share($0) }
    do throws(QuestionError) {
      question = try MapQuestion(
        traceQL: text("where"), groupBy: text("group_by"), around: text("around"), depth: depth, shareMin: share,
        hidden: parameters[values: "hide"].map { String($0) })
    } catch {
      throw APIError(.badRequest, "\(error.parameter): \(error)")
    }
  }

  func answer(_ queries: TraceQueries) throws -> Answer<ServiceMap> {
    var answer = try found(by: queries)
    answer.value = answer.value.labellingDatabases(by: label)
    return answer
  }

  private func found(by queries: TraceQueries) throws -> Answer<ServiceMap> {
    guard let trace else { return try queries.serviceMap(window, question) }
    guard let answer = try queries.serviceMap(of: trace, question) else {
      throw APIError(.notFound, "trace: no span of trace \(trace) is in the ring")
    }
    return answer
  }
}
