import FoundationEssentials
import TraceModel

extension JaegerSearch {
  /// Of v1: `service`, `operation`, `start`, `end`, `minDuration`, `maxDuration`, `limit`, `lookback`, `tag`, `tags`, `raw`.
  init(v1 parameters: JaegerParameters, now: Timestamp) throws(APIError) {
    let end = try parameters.microseconds("end") ?? now
    let begin = try parameters.microseconds("start") ?? now - Self.lookback(parameters, now: now, end: end)
    guard begin <= end else { throw APIError(.badRequest, "invalid parameter: start time must be before end time") }
    self.init(start: begin...end)
    service = parameters["service"] ?? ""
    spanName = parameters["operation"] ?? ""
    durationMin = try parameters.goDuration("minDuration")
    durationMax = try parameters.goDuration("maxDuration")
    if let durationMin, let durationMax, durationMax < durationMin {
      throw APIError(.badRequest, "'maxDuration' should be greater than 'minDuration'")
    }
    limit = try parameters.count("limit", usual: APILimits.jaegerTracesUsual)
    isRaw = try parameters.bool("raw")
    for text in parameters.all("tag") where !text.isEmpty {
      guard let colon = text.firstIndex(of: ":") else {
        throw APIError(.badRequest, "malformed 'tag' parameter, expecting key:value, received: \(text)")
      }
      tags.append(
        JaegerTagCondition(key: String(text[..<colon]), value: String(text[text.index(after: colon)...])))
    }
    for text in parameters.all("tags") where !text.isEmpty { try add(json: text, "tags") }
    try checkTags()
  }

  /// Of v3, whose parameters have the names of protobuf's JSON and older ones with underscores.
  init(v3 parameters: JaegerParameters) throws(APIError) {
    guard let begin = try parameters.time("query.startTimeMin", "query.start_time_min"),
      let end = try parameters.time("query.startTimeMax", "query.start_time_max")
    else { throw APIError(.badRequest, "query.startTimeMin and query.startTimeMax are required") }
    guard begin <= end else {
      throw APIError(.badRequest, "query.startTimeMin must not be after query.startTimeMax")
    }
    self.init(start: begin...end)
    service = parameters["query.serviceName", "query.service_name"] ?? ""
    spanName = parameters["query.operationName", "query.operation_name"] ?? ""
    durationMin = try parameters.goDuration("query.durationMin", "query.duration_min")
    durationMax = try parameters.goDuration("query.durationMax", "query.duration_max")
    if let durationMin, let durationMax, durationMax < durationMin {
      throw APIError(.badRequest, "query.durationMax must not be less than query.durationMin")
    }
    limit = try parameters.count(
      "query.searchDepth", "query.search_depth", "query.num_traces", usual: APILimits.jaegerTracesUsual)
    isRaw = try parameters.bool("query.rawTraces", "query.raw_traces")
    if let text = parameters["query.attributes"] { try add(json: text, "query.attributes") }
    try checkTags()
    if parameters["query.filter"] != nil {
      throw APIError(
        .badRequest,
        "query.filter, the structured filter of Jaeger's RFC 0005, is not supported; "
          + "use query.attributes, or TraceQL at /api/spoor/v1/search")
    }
    if parameters["query.pagination.pageSize", "query.pagination.pageToken"] != nil {
      throw APIError(.badRequest, "query.pagination is not supported; use query.searchDepth and the window")
    }
  }

  private static func lookback(
    _ parameters: JaegerParameters, now: Timestamp, end: Timestamp
  ) -> Duration {
    // The UI sends it beside `start`; alone it says the same. Days are the UI's own unit.
    guard let text = parameters["lookback"] else { return .seconds(2 * 86_400) }
    if text.hasSuffix("d"), let days = UInt64(text.dropLast()), days < 100_000 { return .seconds(days * 86_400) }
    return Duration(go: text) ?? .seconds(2 * 86_400)
  }

  /// Adds the tags of a JSON object of strings.
  private mutating func add(json text: String, _ name: String) throws(APIError) {
    do {
      let found = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
      tags += found.sorted { $0.key < $1.key }.map { JaegerTagCondition(key: $0.key, value: $0.value) }
    } catch {
      throw APIError(
        .badRequest, "malformed '\(name)' parameter, expecting a JSON object of strings, received: \(text.prefix(200))")
    }
  }

  private func checkTags() throws(APIError) {
    guard tags.count <= APILimits.jaegerTagsMax else {
      throw APIError(.badRequest, "\(tags.count) tags are too many: at most \(APILimits.jaegerTagsMax)")
    }
  }
}
