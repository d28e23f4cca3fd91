import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import TraceModel

@Suite struct JaegerTests {
  /// In the units of v1, its metrics and v3.
  private static let noon = "1763726400000000"
  private static let noonMilliseconds = "1763726400000"
  private static let minutes = "query.startTimeMin=2025-11-21T11:59:00Z&query.startTimeMax=2025-11-21T12:00:00Z"
  private static let third = Fixture.traceID(3).description

  // MARK: What Grafana sends

  /// The requests of Grafana's data source (pkg/tsdb/jaeger/client.go and grpc_client.go), byte for byte but for what its
  /// user chose; the last three in its newer mode.
  static let grafana: [(uri: String, golden: String)] = [
    ("/api/services", "jaeger-services.json"),
    ("/api/services/web/operations", "jaeger-service-operations.json"),
    (
      "/api/traces?limit=2&maxDuration=10s&minDuration=1ms&operation=GET+%2Fcart%2F%7Bid%7D&service=cart"
        + "&tags=%7B%22http.response.status_code%22%3A%22503%22%7D&start=1763640000000000&end=\(noon)",
      "jaeger-search.json"
    ),
    ("/api/traces/\(third)", "jaeger-trace.json"),
    // "Trace ID time params" come in milliseconds.
    ("/api/traces/\(third)?end=\(noonMilliseconds)&start=1763640000000", "jaeger-trace.json"),
    ("/api/dependencies?endTs=\(noonMilliseconds)&lookback=3600000", "jaeger-dependencies.json"),
    ("/api/v3/services", "jaeger-v3-services.json"),
    ("/api/v3/operations?service=web", "jaeger-v3-operations.json"),
    (
      "/api/v3/traces/\(third)?start_time=2025-11-21T12:59:00+02:00&end_time=2025-11-21T14:00:00.5+02:00",
      "jaeger-v3-trace.json"
    ),
    (
      "/api/v3/traces?query.attributes=%7B%22http.response.status_code%22%3A%22404%22%7D&query.operation_name=GET"
        + "&query.service_name=web"
        + "&query.start_time_min=2025-11-21T13:59:00.123456789+02:00&query.start_time_max=2025-11-21T14:00:00+02:00",
      "jaeger-v3-search.json"
    ),
  ]

  @Test func `Grafana's data source gets what it reads, in both of its modes`() async throws {
    try await Fixture.ask { client in
      for (uri, golden) in Self.grafana { try await Self.expect(uri, golden, client) }
    }
  }

  // MARK: What the UI and others send

  static let others: [(uri: String, golden: String)] = [
    ("/api/operations?service=web", "jaeger-operations.json"),
    ("/api/operations?service=web&spanKind=producer", "jaeger-operations-producer.json"),
    ("/api/services/nobody/operations", "jaeger-none.json"),
    ("/api/traces?service=nobody", "jaeger-nothing.json"),
    ("/api/traces/\(third)?raw=true&prettyPrint=true", "jaeger-trace-raw.json"),
    ("/api/traces?traceID=\(third)&traceID=abc", "jaeger-traces.json"),
    ("/api/dependencies?endTs=\(noonMilliseconds)&lookback=3600000&service=mailer", "jaeger-dependencies-mailer.json"),
    (
      "/api/metrics/latencies?service=web&service=cart&quantile=0.95&endTs=1763726460000&lookback=120000&step=60000"
        + "&ratePer=60000", "jaeger-latencies.json"
    ),
    (
      "/api/metrics/calls?service=web&groupByOperation=true&endTs=1763726460000&lookback=120000&step=60000&ratePer=60000"
        + "&spanKind=client&spanKind=server", "jaeger-calls.json"
    ),
    (
      "/api/metrics/errors?service=cart&endTs=1763726460000&lookback=120000&step=60000&ratePer=60000",
      "jaeger-errors.json"
    ),
    ("/api/metrics/minstep", "jaeger-minstep.json"),
    ("/api/quality-metrics?service=web&hours=1", "jaeger-quality.json"),
    ("/api/deep-dependencies?service=cart&start=0&end=0", "jaeger-deep.json"),
    ("/api/v3/operations?service=mailer&spanKind=consumer", "jaeger-v3-operations-consumer.json"),
    ("/api/v3/trace-summaries?query.serviceName=cart&query.searchDepth=2&\(minutes)", "jaeger-v3-summaries.json"),
    ("/api/v3/trace-summaries?query.serviceName=nobody&\(minutes)", "jaeger-v3-summaries-none.json"),
    (
      "/api/v3/dependencies?startTime=2025-11-21T11:00:00Z&endTime=2025-11-21T12:00:00Z",
      "jaeger-v3-dependencies.json"
    ),
    ("/api/v3/capabilities", "jaeger-v3-capabilities.json"),
  ]

  @Test func `every other route answers as it always does`() async throws {
    try await Fixture.ask { client in
      for (uri, golden) in Self.others { try await Self.expect(uri, golden, client) }
      let body = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},
        {"key":"host.ip","value":{"arrayValue":{"values":[{"stringValue":"10.0.0.1"},{"intValue":"7"}]}}}]},
        "scopeSpans":[{"scope":{"name":"by hand","version":"2"},"spans":[
        {"traceId":"83a9efd15c1c98a977e0711cc93ee28b","spanId":"e127af99e3b3e074","parentSpanId":"909541b92cf05311",
        "name":"okey","kind":2,"startTimeUnixNano":"1706678909209712000","endTimeUnixNano":"1706678909209835000",
        "traceState":"a=b","attributes":[{"key":"big","value":{"intValue":"9007199254740993"}},
        {"key":"raw","value":{"bytesValue":"AQI="}},{"key":"nan","value":{"doubleValue":"NaN"}},
        {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}}],
        "links":[{"traceId":"00000000000000000000000000000001","spanId":"0000000000000002"}],
        "status":{"code":1,"message":"fine"}}]}]}]}
        """
      try await client.execute(uri: "/api/transform", method: .post, body: ByteBuffer(string: body)) { response in
        #expect(response.status == .ok)
        try Golden.expect(String(buffer: response.body), "jaeger-transform.json")
      }
    }
  }

  // MARK: Searches

  /// Of the 12 traces every third fails with 503, and of the others every fourth says 404.
  static let searches: [(question: String, traces: [UInt64])] = [
    ("service=web", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
    ("service=web&limit=3", [12, 11, 10]),
    ("service=web&limit=1000000000000000000", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
    ("service=nobody", []),
    ("service=cart&operation=SELECT+items&limit=2", [12, 11]),
    ("service=cart&operation=SELECT%20items&limit=1", [12]),
    ("service=cart&operation=POST+%2Fcheckout", []),
    ("service=web&tags=%7B%22error%22%3A%22true%22%7D", [12, 9, 6, 3]),
    ("service=web&tag=error:true", [12, 9, 6, 3]),
    ("service=web&operation=GET&tag=error:false", [11, 10, 8, 7, 5, 4, 2, 1]),
    ("service=web&tag=otel.status_code:ERROR", [12, 9, 6, 3]),
    ("service=cart&tag=http.response.status_code:404", [8, 4]),
    ("service=cart&tag=http.response.status_code:404&tag=http.route:%2Fcart%2F%7Bid%7D", [8, 4]),
    ("service=cart&tag=http.response.status_code:404&tag=http.route:%2F", []),
    ("service=web&tag=order.number:7", [7]),
    ("service=web&tag=is.new:true", [12, 10, 8, 6, 4, 2]),
    ("service=web&tag=cart.total:3.5", [3]),
    ("service=web&tag=http.request.method:POST&limit=1", [12]),
    ("service=cart&tag=host.name:cart-0&limit=1", [12]),
    ("service=cart&tag=host.name:web-0", []),
    ("service=mailer&tag=span.kind:consumer&limit=2", [12, 11]),
    ("service=mailer&tag=span.kind:server", []),
    ("service=web&tag=otel.status_description:no%20room", [12, 9, 6, 3]),
    ("service=web&tag=otel.scope.name:fixture&limit=2", [12, 11]),
    ("service=web&tag=otel.scope.version:0.2", []),
    // More ways to read the values than are searched for one by one.
    (
      "service=web&tag=order.number:7&tag=is.new:false&tag=cart.total:7.5&tag=http.response.status_code:200", [7]
    ),
    ("service=web&minDuration=300ms", [12, 11, 10]),
    ("service=web&operation=POST+%2Fcheckout&maxDuration=0.215s", [1]),
    ("service=web&minDuration=219999us&maxDuration=220001%C2%B5s", [2]),
    ("service=web&start=1763726395000000", [12, 11, 10, 9, 8]),
    ("service=web&start=1763726395000", [12, 11, 10, 9, 8]),
    ("service=web&lookback=5s", [12, 11, 10, 9, 8]),
    ("service=web&start=1763726395000000&end=1763726396000000&operation=POST+%2Fcheckout", [9, 8]),
    ("service=web&end=1763726387000000", []),
    ("service=web&start=0&end=\(UInt64.max)&limit=1", [12]),
  ]

  @Test func `a search finds the traces that Jaeger would`() async throws {
    try await Fixture.ask { client in
      for (question, traces) in Self.searches {
        try await client.execute(uri: "/api/traces?\(question)", method: .get) { response in
          #expect(response.status == .ok, "\(question)")
          let found = try JSONDecoder().decode(Envelope.self, from: Data(buffer: response.body))
          #expect(found.data.map(\.traceID) == traces.map { Fixture.traceID($0).description }, "\(question)")
          #expect(found.data.allSatisfy { $0.spans.count == 6 }, "\(question)")
        }
      }
    }
  }

  // MARK: Bad input

  static let refusals: [(uri: String, status: HTTPResponse.Status, sentence: String)] = [
    ("/api/operations", .badRequest, "parameter 'service' is required"),
    ("/api/operations?service=web&spanKind=sideways", .badRequest, "unsupported span kind: 'sideways'"),
    ("/api/services/web", .notFound, "no such route"),
    ("/api/traces", .badRequest, "parameter 'service' is required"),
    ("/api/traces?service=web&limit=0", .badRequest, "limit must be greater than 0"),
    ("/api/traces?service=web&limit=-5", .badRequest, "limit must be greater than 0"),
    ("/api/traces?service=web&limit=many", .badRequest, "'limit'"),
    ("/api/traces?service=web&start=yesterday", .badRequest, "'start'"),
    ("/api/traces?service=web&start=\(noon)&end=1763640000000000", .badRequest, "start time must be before end time"),
    ("/api/traces?service=web&minDuration=1", .badRequest, "'minDuration'"),
    ("/api/traces?service=web&minDuration=-1s", .badRequest, "'minDuration'"),
    ("/api/traces?service=web&minDuration=9999999h", .badRequest, "'minDuration'"),
    ("/api/traces?service=web&minDuration=2s&maxDuration=1s", .badRequest, "should be greater"),
    ("/api/traces?service=web&tag=nocolon", .badRequest, "expecting key:value, received: nocolon"),
    ("/api/traces?service=web&tags=%7B", .badRequest, "malformed 'tags' parameter"),
    ("/api/traces?service=web&tags=%7B%22a%22%3A1%7D", .badRequest, "JSON object of strings"),
    ("/api/traces?service=web&raw=maybe", .badRequest, "'raw'"),
    ("/api/traces?service=web" + String(repeating: "&tag=a:b", count: 33), .badRequest, "at most 32"),
    ("/api/traces?" + String(repeating: "a=b&", count: 300), .badRequest, "parameters"),
    ("/api/traces?" + String(repeating: "traceID=a&", count: 101), .badRequest, "at most 100"),
    ("/api/traces?traceID=xyz", .badRequest, "is not a trace ID"),
    ("/api/traces/abc", .notFound, "trace not found"),
    ("/api/traces/xyz", .badRequest, "is not a trace ID"),
    ("/api/traces/00000000000000000000000000000000", .badRequest, "is not a trace ID"),
    ("/api/traces/\(third)?start=soon", .badRequest, "'start'"),
    ("/api/dependencies?endTs=-1", .badRequest, "'endTs'"),
    ("/api/dependencies?lookback=0", .badRequest, "lookback"),
    ("/api/metrics/calls", .badRequest, "at least one service"),
    ("/api/metrics/latencies?service=web", .badRequest, "'quantile'"),
    ("/api/metrics/latencies?service=web&quantile=2", .badRequest, "'quantile'"),
    ("/api/metrics/calls?service=web&step=0", .badRequest, "step"),
    ("/api/metrics/calls?service=web&spanKind=x", .badRequest, "unsupported span kind"),
    ("/api/deep-dependencies", .badRequest, "'service'"),
    ("/api/v3/operations", .badRequest, "'service'"),
    ("/api/v3/traces?query.serviceName=web", .badRequest, "query.startTimeMin and query.startTimeMax are required"),
    ("/api/v3/traces?query.serviceName=nobody&\(minutes)", .notFound, "No traces found"),
    ("/api/v3/traces?\(minutes)&query.searchDepth=0", .badRequest, "query.searchDepth"),
    ("/api/v3/traces?\(minutes)&query.durationMin=soon", .badRequest, "query.durationMin"),
    ("/api/v3/traces?\(minutes)&query.attributes=x", .badRequest, "query.attributes"),
    ("/api/v3/traces?\(minutes)&query.filter=%7B%7D", .badRequest, "query.filter"),
    ("/api/v3/traces?query.startTimeMin=now&query.startTimeMax=now", .badRequest, "query.startTimeMin"),
    ("/api/v3/trace-summaries", .badRequest, "required"),
    ("/api/v3/traces/abc", .notFound, "trace not found"),
    ("/api/v3/traces/abc?rawTraces=x", .badRequest, "rawTraces"),
    ("/api/v3/dependencies?startTime=2025-11-21T11:00:00Z", .badRequest, "endTime"),
    ("/api/v3/dependencies?startTime=2025-11-21T11:00:00Z&endTime=2025-11-21T11:00:00Z", .badRequest, "endTime"),
  ]

  @Test func `what cannot be answered is refused in the API's own shape, and says why`() async throws {
    try await Fixture.ask { client in
      for (uri, status, sentence) in Self.refusals {
        try await client.execute(uri: uri, method: .get) { response in
          #expect(response.status == status, "\(uri.prefix(200))")
          let message: String
          if uri.hasPrefix("/api/v3/") {
            let error = try JSONDecoder().decode(V3Refusal.self, from: Data(buffer: response.body)).error
            #expect(error.httpCode == status.code)
            message = error.message
          } else {
            let refusal = try JSONDecoder().decode(Refusal.self, from: Data(buffer: response.body))
            #expect(refusal.data == nil && refusal.errors.count == 1 && refusal.errors[0].code == status.code)
            message = refusal.errors[0].msg
          }
          #expect(message.contains(sentence), "\(uri.prefix(200)): \(message)")
        }
      }
    }
  }

  @Test func `a body that is no OTLP, or too much of it, is refused`() async throws {
    try await Fixture.ask { client in
      for (body, status) in [
        ("", HTTPResponse.Status.badRequest), ("[1", .badRequest),
        (String(repeating: "[", count: 100_000), .badRequest), (#"{"resourceSpans":7}"#, .badRequest),
        (String(repeating: " ", count: (8 << 20) + 1), .contentTooLarge),
      ] {
        try await client.execute(uri: "/api/transform", method: .post, body: ByteBuffer(string: body)) { response in
          #expect(response.status == status, "\(body.prefix(20))")
          let refusal = try JSONDecoder().decode(Refusal.self, from: Data(buffer: response.body))
          #expect(refusal.errors.count == 1)
        }
      }
    }
  }

  @Test func `absurd windows and steps are answered, and soon`() async throws {
    let most = UInt64.max
    try await Fixture.ask { client in
      for uri in [
        "/api/dependencies?endTs=\(most)&lookback=\(most)", "/api/dependencies?endTs=0",
        "/api/metrics/calls?service=web&endTs=\(most)&lookback=\(most)&step=\(most)&ratePer=\(most)",
        "/api/metrics/calls?service=web&endTs=\(most)&lookback=1&step=1&ratePer=1",
        "/api/metrics/calls?service=web&endTs=0&lookback=\(most)&step=1&ratePer=\(most)",
        "/api/metrics/latencies?service=web&quantile=0.5&groupByOperation=1&lookback=\(most)&step=1&ratePer=1",
        "/api/metrics/errors?service=web&endTs=0&lookback=1&step=1&ratePer=1",
        "/api/quality-metrics?hours=99999999999", "/api/quality-metrics?service=nobody",
        "/api/deep-dependencies?service=nobody", "/api/traces?service=web&start=0&end=0",
        "/api/traces?service=web&limit=99999999999999999999&end=99999999999999999999",
        "/api/services/%FF%00%/operations", "/api/services//operations/operations",
        "/api/traces/W47_95gDgQPSabYzgTQAAw", "/api/traces/W47%2F95gDgQPSabYzgTQAAw%3D%3D",
      ] {
        try await client.execute(uri: uri, method: .get) { response in
          #expect(response.status == .ok, "\(uri): \(String(buffer: response.body))")
        }
      }
    }
  }

  // MARK: Shapes

  static func expect(_ uri: String, _ golden: String, _ client: any TestClientProtocol) async throws {
    try await client.execute(uri: uri, method: .get) { response in
      #expect(response.status == .ok, "\(uri): \(String(buffer: response.body))")
      #expect(response.headers[.contentType] == "application/json; charset=utf-8")
      try Golden.expect(String(buffer: response.body), golden)
    }
  }

  struct Envelope: Decodable {
    var data: [Trace]
    var errors: [Failure]?

    struct Trace: Decodable {
      var traceID: String
      var spans: [Span]
      var warnings: [String]?
    }

    struct Span: Decodable {
      var spanID: String
      var operationName: String
      var references: [Reference]
      var startTime: UInt64
      var warnings: [String]?
    }

    struct Reference: Decodable, Hashable {
      var refType: String
      var spanID: String
    }
  }

  struct Failure: Decodable {
    var code: Int?
    var msg: String
  }

  private struct Refusal: Decodable {
    var data: [String]?
    var errors: [Failure]
  }

  private struct V3Refusal: Decodable {
    var error: Details

    struct Details: Decodable {
      var httpCode: Int
      var message: String
    }
  }
}
