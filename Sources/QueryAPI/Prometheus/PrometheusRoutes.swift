import FoundationEssentials
import HTTPTypes
import Hummingbird
import Rendering
import TraceModel
import TraceQuery

/// `/metrics`, and Prometheus's query API over what the ring holds, as far as Grafana's Prometheus data source and
/// `promtool query` ask (Prometheus.md).
struct PrometheusRoutes: Sendable {
  let questions: Questions
  let health: CollectorHealth
  let now: @Sendable () -> Timestamp

  func add(to router: Router<BasicRequestContext>) {
    router.get("metrics") { request, _ in
      let accept = request.headers[values: .accept].joined(separator: ",")
      let format = ExpositionFormat(accept: accept)
      return Response(
        status: .ok, headers: [.contentType: format.contentType, .vary: "Accept"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: format.encode(await health.metrics()))))
    }
    let api = router.group("api/v1").add(
      middleware: ErrorShape {
        try Response(json: PrometheusError($0))
      })
    for method in [HTTPRequest.Method.get, .post] {
      api.on("query", method: method) { request, _ in try await query(try await FormParameters(request)) }
      api.on("query_range", method: method) { request, _ in try await range(try await FormParameters(request)) }
      api.on("series", method: method) { request, _ in try await series(try await FormParameters(request)) }
      api.on("labels", method: method) { request, _ in
        try await labels(try await FormParameters(request)) { series in
          series.reduce(into: []) { $0.formUnion($1.all.map(\.name)) }
        }
      }
      // None is kept beside the ring; /metrics shows some.
      api.on("query_exemplars", method: method) { _, _ in try Response(json: PrometheusEnvelope([String]())) }
    }
    api.get("label/:name/values") { request, context in
      let name = context.parameters.get("name")?.removingPercentEncoding ?? ""
      return try await labels(try await FormParameters(request)) { series in
        series.reduce(into: []) { if !$1[name].isEmpty { $0.insert($1[name]) } }
      }
    }
    api.get("metadata") { request, _ in try metadata(try await FormParameters(request)) }
    api.get("status/buildinfo") { _, _ in
      try Response(json: PrometheusEnvelope(PrometheusBuildInfo(version: Self.version)))
    }
    api.get("rules") { _, _ in try Response(json: PrometheusEnvelope(["groups": [String]()])) }
    api.get("alerts") { _, _ in try Response(json: PrometheusEnvelope(["alerts": [String]()])) }
  }

  /// Of Prometheus, whose API this is: Grafana chooses by it what to ask.
  private static let version = "2.45.0"

  // MARK: Queries

  private func query(_ parameters: FormParameters) async throws -> Response {
    let query = try parsed("query") { () throws(PromQLError) in try PromQLQuery(parameters["query"] ?? "") }
    let (time, limit) = (try parameters.time("time") ?? now(), try parameters.limit())
    let answer = try await worked { try $0.value(of: query, at: time) }
    var value = answer.value
    if case .vector(let samples) = value, let limit { value = .vector(Array(samples.prefix(limit))) }
    return try Response(
      json: PrometheusEnvelope(PrometheusResult.value(value, at: time), missingBlocks: answer.missingBlocks))
  }

  private func range(_ parameters: FormParameters) async throws -> Response {
    let (from, to) = (try parameters.requiredTime("start"), try parameters.requiredTime("end"))
    if to < from {
      throw APIError(.badRequest, "invalid parameter \"end\": end timestamp must not be before start time")
    }
    let step = try parameters.length("step")
    let steps = try parsed("step") { () throws(PromQLError) in try PromQLSteps(from: from, to: to, step: step) }
    let query = try parsed("query") { () throws(PromQLError) in try PromQLQuery(parameters["query"] ?? "") }
    let limit = try parameters.limit()
    let answer = try await worked { try $0.values(of: query, steps) }
    let series = limit.map { Array(answer.value.prefix($0)) } ?? answer.value
    return try Response(
      json: PrometheusEnvelope(PrometheusResult.series(series), missingBlocks: answer.missingBlocks))
  }

  private func series(_ parameters: FormParameters) async throws -> Response {
    if parameters.all("match[]").isEmpty { throw APIError(.badRequest, "no match[] parameter provided") }
    let (answer, limit) = (try await found(parameters), try parameters.limit())
    let series = limit.map { Array(answer.value.prefix($0)) } ?? answer.value
    return try Response(json: PrometheusEnvelope(series.map(\.byName), missingBlocks: answer.missingBlocks))
  }

  private func labels(
    _ parameters: FormParameters, _ read: ([MetricLabels]) -> Set<String>
  ) async throws -> Response {
    let (answer, limit) = (try await found(parameters), try parameters.limit())
    let sorted = read(answer.value).sorted()
    return try Response(
      json: PrometheusEnvelope(
        limit.map { Array(sorted.prefix($0)) } ?? sorted, missingBlocks: answer.missingBlocks))
  }

  private func found(_ parameters: FormParameters) async throws -> Answer<[MetricLabels]> {
    var selectors: [PromQLSelector] = []
    for text in parameters.all("match[]") {
      guard selectors.count < APILimits.matchesMax else {
        throw APIError(.badRequest, "more than \(APILimits.matchesMax) match[] parameters")
      }
      selectors.append(try parsed("match[]") { () throws(PromQLError) in try PromQLSelector(text) })
    }
    let window = TimeWindow(from: try parameters.time("start"), to: try parameters.time("end"))
    if let from = window.from, let to = window.to, to < from {
      throw APIError(.badRequest, "end timestamp must not be before start timestamp")
    }
    return try await worked { [selectors] in try $0.metricSeries(selectors, window) }
  }

  private func metadata(_ parameters: FormParameters) throws -> Response {
    var metadata: [String: [PrometheusMetadata]] = [:]
    for family in TraceMetricFamily.allCases where parameters["metric"].map({ $0 == family.name }) ?? true {
      metadata[family.name] = [PrometheusMetadata(type: family.kind.rawValue, help: family.help, unit: "")]
    }
    if let limit = try parameters.limit() {
      for name in metadata.keys.sorted().dropFirst(limit) { metadata[name] = nil }
    }
    return try Response(json: PrometheusEnvelope(metadata))
  }

  // MARK: Errors

  private func parsed<Value>(
    _ parameter: String, _ read: () throws(PromQLError) -> Value
  ) throws(APIError) -> Value {
    do throws(PromQLError) { return try read() } catch {
      throw APIError(.badRequest, "invalid parameter \"\(parameter)\": \(error)")
    }
  }

  private func worked<Value: Sendable>(
    _ question: @escaping @Sendable (TraceQueries) throws -> Value
  ) async throws -> Value {
    do { return try await questions.ask(question) } catch let error as PromQLError {
      throw APIError(.unprocessableContent, error.description)
    }
  }
}
