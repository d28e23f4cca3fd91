import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// What Grafana's Prometheus data source and its Service Graph tab ask (FIELD.md section 3).
@Suite struct PrometheusTests {
  private static let noon = "1763726400"

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }.joined()
  }

  private static func form(_ fields: [(String, String)]) -> String {
    fields.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
  }

  private static func post(
    _ client: any TestClientProtocol, _ route: String, _ fields: [(String, String)]
  ) async throws -> (status: Int, text: String) {
    try await client.execute(
      uri: "/api/v1/\(route)", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
      body: ByteBuffer(string: form(fields))
    ) { ($0.status.code, String(buffer: $0.body)) }
  }

  private static func get(
    _ client: any TestClientProtocol, _ route: String, _ fields: [(String, String)] = []
  ) async throws -> (status: Int, text: String) {
    try await client.execute(uri: "/api/v1/\(route)?\(form(fields))", method: .get) {
      ($0.status.code, String(buffer: $0.body))
    }
  }

  private static let edges = "client, server, server_service_namespace, client_service_namespace"

  /// Of the Service Graph tab, as older and as newer Grafana sends them.
  private static let serviceGraph: [String] =
    [
      "traces_service_graph_request_server_seconds_sum", "traces_service_graph_request_total",
      "traces_service_graph_request_failed_total", "traces_service_graph_request_server_seconds_bucket",
    ].flatMap { metric in
      [
        "rate(\(metric){}[3600s])",
        "sum by (\(metric.hasSuffix("bucket") ? "le, " : "")\(edges)) (rate(\(metric){}[3600s]))",
        "rate(\(metric){client=\"web\"}[3600s])",
      ]
    } + [
      "topk(5, sum(rate(traces_spanmetrics_calls_total{span_kind=\"SPAN_KIND_SERVER\"}[3600s])) by (span_name))",
      "topk(5, sum(rate(traces_spanmetrics_calls_total{status_code=\"STATUS_CODE_ERROR\","
        + "span_name=~\"POST /checkout|GET /cart/{id}\"}[3600s])) by (span_name))",
      "histogram_quantile(.9, sum(rate(traces_spanmetrics_latency_bucket{span_name=~\"POST /checkout\"}[3600s])) by (le))",
      "histogram_quantile(.9, sum(rate(traces_spanmetrics_latency{span_name=~\"POST /checkout\"}[3600s])))",
    ]

  @Test func `the queries of Grafana's Service Graph tab are answered`() async throws {
    try await Fixture.ask { client in
      var text = ""
      for query in Self.serviceGraph {
        let answer = try await Self.post(client, "query", [("query", query), ("time", Self.noon)])
        #expect(answer.status == 200, "\(query): \(answer.text)")
        text += "\(query)\n\(answer.text)\n"
      }
      try Golden.expect(text, "prometheus-service-graph.txt")
    }
  }

  @Test func `what the data source asks at its start and for its editor is answered`() async throws {
    try await Fixture.ask { client in
      var text = ""
      for (route, fields) in [
        ("query", [("query", "1+1"), ("time", "4")]), ("status/buildinfo", []), ("metadata", [("limit", "3")]),
        ("labels", []),
        (
          "labels",
          [
            (
              "match[]",
              "{__name__=~\"traces_service_graph_request_server_seconds_sum|traces_service_graph_request_total\"}"
            )
          ]
        ),
        ("label/__name__/values", []), ("label/service/values", [("match[]", "traces_spanmetrics_calls_total")]),
        ("label/server/values", [("start", "1763726399"), ("end", Self.noon)]),
        ("series", [("match[]", "traces_service_graph_request_total"), ("match[]", "traces_target_info")]),
        ("query", [("query", "traces_spanmetrics_latency{service=\"mailer\"}"), ("time", Self.noon)]),
        ("query", [("query", "\"a text\""), ("time", "2025-11-21T12:00:00.5Z")]),
        ("query_exemplars", [("query", "up")]), ("rules", []),
      ] {
        let answer = try await Self.get(client, route, fields)
        #expect(answer.status == 200, "\(route): \(answer.text)")
        text += "\(route) \(fields.map { "\($0.0)=\($0.1)" }.joined(separator: " "))\n\(answer.text)\n"
      }
      try Golden.expect(text, "prometheus-editor.txt")
    }
  }

  @Test func `queries over time count whole minutes`() async throws {
    try await Fixture.ask { client in
      var text = ""
      for query in [
        "sum by (client, server) (rate(traces_service_graph_request_total[1m]))",
        "sum by (span_name) (increase(traces_spanmetrics_calls_total{service=\"web\"}[2m]))",
        "traces_service_graph_request_failed_total{client=\"web\", server=\"cart\"}",
        "histogram_quantile(0.5, sum by (le) (rate(traces_service_graph_request_server_seconds_bucket[1m])))",
        "histogram_quantile(0.5, sum(rate(traces_spanmetrics_latency{span_kind=\"SPAN_KIND_SERVER\"}[1m])))",
        "time() - 1763726400", "traces_target_info{service=\"web\"}",
      ] {
        let answer = try await Self.post(
          client, "query_range",
          [("query", query), ("start", "1763726340"), ("end", "1763726520"), ("step", "60s")])
        #expect(answer.status == 200, "\(query): \(answer.text)")
        text += "\(query)\n\(answer.text)\n"
      }
      try Golden.expect(text, "prometheus-range.txt")
    }
  }

  @Test func `errors have Prometheus's shape`() async throws {
    try await Fixture.ask { client in
      var text = ""
      let range = [("start", "1763726340"), ("end", "1763726520")]
      for (route, fields, status) in [
        ("query", [("query", "sum(")], 400), ("query", [], 400), ("query", [("query", "{}")], 400),
        ("query", [("query", "irate(a[5m])")], 400), ("query", [("query", "rate(a)")], 400),
        ("query", [("query", "a[5m]")], 400), ("query", [("query", "a{b=~\"(\"}")], 400),
        ("query", [("query", "1"), ("time", "noon")], 400),
        ("query", [("query", "a"), ("limit", "-1")], 400),
        (
          "query",
          [
            (
              "query",
              "traces_spanmetrics_calls_total * on (service) traces_spanmetrics_calls_total"
            ), ("time", Self.noon),
          ], 422
        ),
        ("query_range", [("query", "1"), ("start", "2"), ("end", "1"), ("step", "1")], 400),
        ("query_range", [("query", "1")] + range + [("step", "0")], 400),
        ("query_range", [("query", "1")] + range + [("step", "0.001")], 400),
        ("query_range", [("query", "1")] + range, 400),
        ("query_range", [("query", "\"a\"")] + range + [("step", "60")], 422), ("series", [], 400),
        ("labels", [("match[]", "a[5m]")], 400),
      ] as [(String, [(String, String)], Int)] {
        let answer = try await Self.get(client, route, fields)
        #expect(answer.status == status, "\(route) \(fields): \(answer.text)")
        text += "\(route) \(fields.map { "\($0.0)=\($0.1)" }.joined(separator: " "))\n\(answer.text)\n"
      }
      try Golden.expect(text, "prometheus-errors.txt")
    }
  }

  @Test func `absurd times and steps are answered or refused, never more`() async throws {
    try await Fixture.ask { client in
      for time in ["0", "-1", "1e300", "99999999999999999999", "NaN", "1e-300", ".", "", "1763726400.123456789999"] {
        for query in ["rate(traces_service_graph_request_total[1000y])", "traces_target_info offset -1000y", "time()"] {
          let answer = try await Self.get(client, "query", [("query", query), ("time", time)])
          #expect([200, 400].contains(answer.status), "\(time): \(answer.text)")
          for step in ["1e18", "1e-9", "-5", "1y", "99999999y"] {
            let answer = try await Self.get(
              client, "query_range", [("query", query), ("start", "0"), ("end", time), ("step", step)])
            #expect([200, 400].contains(answer.status), "\(time) \(step): \(answer.text)")
          }
        }
      }
    }
  }

  private struct MapAnswer: Decodable {
    struct Edge: Decodable {
      var calls: UInt64
    }
    var edges: [Edge]
  }

  private struct VectorAnswer: Decodable {
    struct Body: Decodable {
      struct Sample: Decodable {
        var value: Point
      }
      var result: [Sample]
    }
    struct Point: Decodable {
      var number: Double

      init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        _ = try container.decode(Double.self)
        number = Double(try container.decode(String.self)) ?? .nan
      }
    }
    var data: Body
  }

  @Test func `rates over any window add up to the calls of the map`() async throws {
    try await Fixture.ask { client in
      // Milliseconds before noon; traces last from 12.0 to 0.68 seconds before it.
      for (begin, end) in [(13_000, 0), (9_500, 3_200), (6_810, 6_790), (5_000, 4_400), (12_000, 11_990), (3_000, 1)] {
        let (from, to) = (1_763_726_400_000 - begin, 1_763_726_400_000 - end)
        let map = try await client.execute(
          uri: "/api/spoor/v1/map?from=\(from)000000&to=\(to)000000", method: .get
        ) { try JSONDecoder().decode(MapAnswer.self, from: Data(buffer: $0.body)) }
        let answer = try await Self.get(
          client, "query",
          [
            (
              "query", "sum(rate(traces_service_graph_request_total[\(begin - end)ms])) * \(Double(begin - end) / 1000)"
            ),
            ("time", "\(to / 1000).\(String(to % 1000 + 1000).dropFirst())"),
          ])
        let vector = try JSONDecoder().decode(VectorAnswer.self, from: Data(answer.text.utf8))
        let calls = Double(map.edges.reduce(0) { $0 + $1.calls })
        let sum = vector.data.result.first?.value.number ?? 0
        #expect(abs(sum - calls) < 1e-6, "from \(from) to \(to): \(sum) are not \(calls)")
      }
    }
  }
}

extension Data {
  fileprivate init(buffer: ByteBuffer) { self.init(buffer.readableBytesView) }
}
