import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct ZipkinTests {
  private static let noon = "1763726400000"
  private static let first = Fixture.traceID(1).description
  private static let third = Fixture.traceID(3).description

  /// Grafana's data source asks the first four, and traces by ID; Zipkin's page asks all.
  static let questions: [(route: String, golden: String)] = [
    ("services", "zipkin-services.json"),
    ("spans?serviceName=web", "zipkin-spans.json"),
    ("traces?serviceName=cart&spanName=select%20items&limit=1", "zipkin-traces-name.json"),
    ("trace/\(third)", "zipkin-trace.json"),
    ("remoteServices?serviceName=web", "zipkin-remote-services.json"),
    ("traceMany?traceIds=\(first),\(third),abcdef", "zipkin-trace-many.json"),
    ("dependencies?endTs=\(noon)&lookback=3600000", "zipkin-dependencies.json"),
    ("dependencies?endTs=\(noon)&lookback=1000", "zipkin-dependencies-second.json"),
    ("autocompleteKeys", "zipkin-none.json"),
    ("autocompleteValues?key=http.route", "zipkin-none.json"),
    ("spans?serviceName=nobody", "zipkin-none.json"),
    ("remoteServices?serviceName=nobody", "zipkin-none.json"),
    ("traces?serviceName=nobody", "zipkin-none.json"),
    ("traces?endTs=1000", "zipkin-none.json"),
  ]

  @Test func `Grafana and Zipkin's page get what they read`() async throws {
    try await Fixture.ask { client in
      for (route, golden) in Self.questions {
        try await client.execute(uri: "/api/v2/\(route)", method: .get) { response in
          #expect(response.status == .ok, "\(route)")
          #expect(response.headers[.contentType] == "application/json; charset=utf-8")
          #expect(response.headers[.cacheControl] == nil)
          try Golden.expect(String(buffer: response.body), golden)
        }
      }
      for (path, golden) in [
        ("/zipkin/api/v2/services", "zipkin-services.json"), ("/zipkin/config.json", "zipkin-page.json"),
        ("/health", "zipkin-health.json"), ("/info", "zipkin-info.json"),
      ] {
        try await client.execute(uri: path, method: .get) { response in
          #expect(response.status == .ok, "\(path)")
          try Golden.expect(String(buffer: response.body), golden)
        }
      }
    }
  }

  /// Of the 12 traces every third fails, and of the others every fourth says 404.
  static let searches: [(question: String, traces: [UInt64])] = [
    ("", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]),
    ("limit=3", [12, 11, 10]),
    ("limit=99999999999", [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
    ("serviceName=CART&limit=2", [12, 11]),
    ("serviceName=all&spanName=all&limit=1", [12]),
    ("spanName=post%20/checkout&limit=1", [12]),
    ("spanName=nothing", []),
    // The name is web's, not cart's.
    ("serviceName=cart&spanName=POST%20/checkout", []),
    ("annotationQuery=error", [12, 9, 6, 3]),
    ("annotationQuery=error%20and%20is.new%3Dtrue", [12, 6]),
    ("serviceName=mailer&annotationQuery=error", []),
    ("annotationQuery=http.response.status_code%3D404", [8, 4]),
    ("annotationQuery=order.number%3D5", [5]),
    ("annotationQuery=cart.total%3D5.5", [5]),
    ("annotationQuery=is.new%3Dfalse", [11, 9, 7, 5, 3, 1]),
    ("annotationQuery=otel.scope.name%3Dfixture&limit=1", [12]),
    ("annotationQuery=service.version%3D1.4.3", []),
    // An event with attributes is an annotation that holds them.
    ("annotationQuery=accepted", []),
    ("annotationQuery=%22accepted%22:%7B%22queue%22:%22fast%22%7D&limit=1", [12]),
    ("minDuration=300000", [12, 11, 10]),
    ("minDuration=250000&maxDuration=270000", [7, 6, 5]),
    ("serviceName=cart&minDuration=300000", []),
    ("serviceName=cart&minDuration=60000&maxDuration=60000&limit=1", [12]),
    ("remoteServiceName=cart.example&limit=1", [12]),
    ("serviceName=web&remoteServiceName=CART&limit=1", [12]),
    ("serviceName=cart&remoteServiceName=postgresql%20carts&limit=1", [12]),
    ("serviceName=mailer&remoteServiceName=cart", []),
    ("endTs=1763726395500&limit=2", [8, 7]),
    ("endTs=1763726395500&lookback=1500", [8, 7]),
    ("endTs=18446744073709551615&lookback=18446744073709551615&limit=1", [12]),
  ]

  @Test func `searches find the traces that are meant, newest first`() async throws {
    try await Fixture.ask { client in
      for (question, traces) in Self.searches {
        try await client.execute(uri: "/api/v2/traces?\(question)", method: .get) { response in
          let ids = try #require(try ids(String(buffer: response.body)))
          #expect(ids == traces.map { Fixture.traceID($0).description }, "\(question)")
        }
      }
    }
  }

  private func ids(_ json: String) throws -> [String]? {
    struct Span: Decodable { let traceId: String }
    return try JSONDecoder().decode([[Span]].self, from: Data(json.utf8)).compactMap { $0.first?.traceId }
  }

  static let refusals: [(route: String, status: HTTPResponse.Status, message: String)] = [
    ("spans", .badRequest, "serviceName is missing"),
    ("remoteServices", .badRequest, "serviceName is missing"),
    ("autocompleteValues", .badRequest, "key is missing"),
    ("dependencies", .badRequest, "endTs is missing"),
    ("dependencies?endTs=noon", .badRequest, "endTs=noon is not a whole number from 0 on"),
    ("dependencies?endTs=0", .badRequest, "endTs <= 0"),
    ("dependencies?endTs=5&lookback=0", .badRequest, "lookback <= 0"),
    ("traces?limit=0", .badRequest, "limit <= 0"),
    ("traces?limit=-1", .badRequest, "limit=-1 is not a whole number from 0 on"),
    ("traces?endTs=99999999999999999999&limit=0", .badRequest, "limit <= 0"),
    ("traces?limit=1e18", .badRequest, "limit=1e18 is not a whole number from 0 on"),
    ("traces?minDuration=0", .badRequest, "minDuration <= 0"),
    ("traces?maxDuration=5", .badRequest, "maxDuration is only valid with minDuration"),
    ("traces?minDuration=9&maxDuration=5", .badRequest, "maxDuration < minDuration"),
    (
      "traces?annotationQuery=" + (0...100).map { "a\($0)" }.joined(separator: "%20and%20"), .badRequest,
      "annotationQuery has more than 100 conditions"
    ),
    (
      "traces?annotationQuery=" + String(repeating: "a", count: 9000), .badRequest,
      "annotationQuery has more than 8192 bytes"
    ),
    ("trace/abcdef", .notFound, "abcdef not found"),
    ("trace/xyz", .badRequest, "xyz should be a 1 to 32 character lower-hex string with no prefix"),
    ("traceMany", .badRequest, "traceIds parameter is empty"),
    ("traceMany?traceIds=1,01", .badRequest, "redundant traceId"),
  ]

  @Test func `what cannot be answered is refused in a line of text`() async throws {
    try await Fixture.ask { client in
      for (route, status, message) in Self.refusals {
        try await client.execute(uri: "/api/v2/\(route)", method: .get) { response in
          #expect(response.status == status, "\(route)")
          #expect(String(buffer: response.body) == message)
          #expect(response.headers[.contentType] == "text/plain; charset=utf-8")
        }
      }
    }
  }
}
