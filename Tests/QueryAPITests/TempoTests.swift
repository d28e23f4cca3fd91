import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import OTLPCodec
import Testing
import TraceModel

@testable import QueryAPI

/// What Grafana's Tempo data source asks, and what it reads from the answers (pkg/tsdb/tempo and
/// public/app/plugins/datasource/tempo in grafana/grafana).
@Suite struct TempoTests {
  private static let id = Fixture.traceID(3).description
  private static let start = Fixture.noon.unixNanoseconds / 1_000_000_000 - 3600
  private static let end = Fixture.noon.unixNanoseconds / 1_000_000_000

  private func get(
    _ path: String, headers: HTTPFields = [:], _ check: @escaping @Sendable (TestResponse) throws -> Void
  ) async throws {
    try await Fixture.ask { client in
      try await client.execute(uri: path, method: .get, headers: headers, testCallback: check)
    }
  }

  private func golden(_ path: String, _ name: String) async throws {
    try await get(path) { response in
      #expect(response.status == .ok, "\(path)")
      try Golden.expect(String(buffer: response.body), name)
    }
  }

  private func refused(_ path: String, _ status: HTTPResponse.Status = .badRequest, containing words: String)
    async throws
  {
    try await get(path) { response in
      #expect(response.status == status, "\(path)")
      #expect(response.headers[.contentType]?.hasPrefix("text/plain") == true)
      #expect(String(buffer: response.body).contains(words), "\(path): \(String(buffer: response.body))")
    }
  }

  // MARK: - Grafana's requests

  /// Each as the data source writes it, X-Scope-OrgID included.
  @Test(arguments: [
    ("/api/echo", "tempo-echo.txt"), ("/api/status/buildinfo", "tempo-buildinfo.json"),
    ("/api/search?q=%7Bstatus%3Derror%7D&limit=20&spss=3&start=START&end=END", "tempo-search.json"),
    ("/api/search?q={+resource.service.name+%3D+%22cart%22+}&limit=2&start=START&end=END", "tempo-search-cart.json"),
    (
      "/api/search?tags=service.name%3Dcart%20http.route%3D%22%2Fcart%2F%7Bid%7D%22%20status%3Derror&minDuration=10ms&limit=20",
      "tempo-search-tags.json"
    ),
    ("/api/v2/search/tags?limit=5000&start=START&end=END", "tempo-tags-v2.json"),
    ("/api/v2/search/tags?scope=resource", "tempo-tags-v2-resource.json"), ("/api/search/tags", "tempo-tags-v1.json"),
    ("/api/v2/search/tag/resource.service.name/values?limit=5000&start=START&end=END", "tempo-values-service.json"),
    ("/api/v2/search/tag/span.http.response.status_code/values", "tempo-values-code.json"),
    ("/api/v2/search/tag/.cart.total/values?limit=2", "tempo-values-total.json"),
    (
      "/api/v2/search/tag/name/values?q=%7B%20resource.service.name%3D%22cart%22%20%26%26%20name%3D%20%7D",
      "tempo-values-name.json"
    ),
    (
      "/api/v2/search/tag/name/values?q=%7B.http.response.status_code!%3D200%26%26resource.service.name%3D~%22c.*%22%7D",
      "tempo-values-pattern.json"
    ), ("/api/v2/search/tag/status/values", "tempo-values-status.json"),
    ("/api/v2/search/tag/kind/values", "tempo-values-kind.json"),
    ("/api/v2/search/tag/event%253Aname/values", "tempo-values-event.json"),
    ("/api/v2/search/tag/rootServiceName/values", "tempo-values-root.json"),
    ("/api/search/tag/service.name/values", "tempo-values-v1.json"),
    (
      "/api/metrics/query_range?q={+resource.service.name%3D%22cart%22+}|+rate()+by+(kind)&start=1763726380&end=1763726400&step=10s&exemplars=2",
      "tempo-range.json"
    ),
    (
      "/api/metrics/query_range?q=%7B%7D%20%7C%20quantile_over_time(duration,.5,.99)%20by%20(resource.service.name)&start=1763726380&end=1763726400&step=20",
      "tempo-range-quantiles.json"
    ),
    (
      "/api/metrics/query?q=%7Bstatus%3Derror%7D%7Ccount_over_time()by(resource.service.name)&start=1763726000&end=1763726400",
      "tempo-instant.json"
    ), ("/api/metrics/query_range?q=%7B%7D%7Crate()&since=30s", "tempo-range-since.json"),
    ("/api/search?tags=http.response.status_code%3D503&limit=1", "tempo-search-typed.json"),
    ("/api/v2/traces/ID?start=START&end=END", "tempo-trace-v2.json"), ("/tempo/api/traces/ID", "tempo-trace-v1.json"),
  ])
  func `Grafana's requests are answered as they always are`(path: String, name: String) async throws {
    let path = path.replacing("ID", with: Self.id).replacing("START", with: "\(Self.start)")
      .replacing("END", with: "\(Self.end)")
    try await golden(path, name)
  }

  @Test func `whichever tenant asks is answered`() async throws {
    let tenant = try #require(HTTPField.Name("X-Scope-OrgID"))
    try await get("/api/search/tags", headers: [tenant: "somebody"]) { #expect($0.status == .ok) }
  }

  // MARK: - Traces

  @Test func `a trace comes as protobuf for who asks for it, in both versions`() async throws {
    let accept: HTTPFields = [.accept: "application/protobuf"]
    let spans = Fixture.spans(3).count
    for query in ["", "?start=\(Self.start)&end=\(Self.end)"] {
      try await get("/tempo/api/traces/\(Self.id)\(query)", headers: accept) { response in
        #expect(response.status == .ok && response.headers[.contentType] == "application/protobuf")
        var decoder = RequestDecoder()
        let count = try decoder.decode(response.body.readableBytesSpan).batch.count
        #expect(count == spans)
      }
    }
    try await get("/api/v2/traces/\(Self.id)", headers: accept) { response in
      // TraceByIDResponse: the trace, no figures, and COMPLETE, which is zero and left out.
      var bytes = Array(response.body.readableBytesView)
      let head = bytes.removeFirst()
      #expect(head == 1 << 3 | 2)
      var length = 0
      for shift in stride(from: 0, to: 28, by: 7) {
        let byte = bytes.removeFirst()
        length |= Int(byte & 0x7f) << shift
        if byte < 0x80 { break }
      }
      #expect(Array(bytes[length...]) == [2 << 3 | 2, 0])
      var decoder = RequestDecoder()
      let trace = ByteBuffer(bytes: bytes[..<length])
      let count = try decoder.decode(trace.readableBytesSpan).batch.count
      #expect(count == spans)
    }
  }

  @Test func `the path that Jaeger has too is Tempo's for who asks for protobuf`() async throws {
    let path = "/api/traces/\(Self.id)?start=\(Self.start)&end=\(Self.end)"
    try await get(path, headers: [.accept: "application/protobuf"]) { response in
      #expect(response.status == .ok && response.headers[.contentType] == "application/protobuf")
      var decoder = RequestDecoder()
      let count = try decoder.decode(response.body.readableBytesSpan).batch.count
      #expect(count == Fixture.spans(3).count)
    }
    try await get("/api/traces/abc", headers: [.accept: "application/protobuf"]) { response in
      #expect(response.status == .notFound && String(buffer: response.body) == "trace not found\n")
    }
    for accept in ["application/json", "*/*", ""] {
      try await get("/api/traces/\(Self.id)", headers: [.accept: accept]) { response in
        #expect(response.status == .ok && String(buffer: response.body).contains(#""data":[{"#))
      }
    }
  }

  @Test func `a trace that is not there is 404, so that Grafana asks the older version`() async throws {
    for path in [
      "/api/v2/traces/abc", "/tempo/api/traces/00000000000000000000000000000abc", "/tempo/api/v2/traces/abc",
    ] {
      try await refused(path, .notFound, containing: "trace not found")
    }
  }

  @Test func `a trace's ID may be of upper case, and nonsense is refused`() async throws {
    try await get("/api/v2/traces/\(Self.id.uppercased())") { #expect($0.status == .ok) }
    for id in ["x", "0", "\(Self.id)0", "%20"] {
      try await refused("/api/v2/traces/\(id)", containing: "trace IDs can only contain hex characters")
    }
  }

  // MARK: - Nonsense

  @Test(arguments: [
    ("/api/search?limit=0", "invalid limit"), ("/api/search?limit=-1", "invalid limit"),
    ("/api/search?limit=1e18", "invalid limit"), ("/api/search?spss=x", "invalid spss"),
    ("/api/search?start=2&end=1", "start must be before end"), ("/api/search?start=yesterday", "invalid start"),
    ("/api/search?end=-1", "invalid end"), ("/api/search?minDuration=2s&maxDuration=1s", "must be greater"),
    ("/api/search?minDuration=fast", "invalid minDuration"), ("/api/search?tags=a%3D1%20a%3D2", "set twice"),
    ("/api/search?tags=%3D1", "unexpected '=' at pos 1"), ("/api/search?tags=a%3D%22b", "unterminated"),
    ("/api/search?q=%7B", "invalid TraceQL query"), ("/api/v2/search/tags?scope=all-of-them", "invalid scope"),
    ("/api/search/tags?limit=many", "invalid limit"), ("/api/v2/traces/abc?start=never", "invalid start"),
    ("/api/metrics/query_range?q=%7B%7D", "asks for traces"), ("/api/metrics/query", "q is missing"),
    ("/api/metrics/query_range?q=%7B%7D%7Crate()&step=0", "invalid step"),
    ("/api/metrics/query_range?q=%7B%7D%7Crate()&step=-5s", "invalid step"),
    ("/api/metrics/query_range?q=%7B%7D%7Crate()&start=5&end=5", "start must be before end"),
    ("/api/metrics/query_range?q=%7B%7D%7Crate()&step=1ns", "steps are too many"),
    ("/api/metrics/query_range?q=%7B%7D%7Crate()&step=1e300", "invalid step"),
    ("/api/metrics/query_range?q=%7B%7D%7Crat()", "invalid TraceQL query"),
    ("/api/search?q=%7B%7D%7Crate()", "figures over time"),
    ("/api/v2/search/tag/span.a/values?limit=-5", "invalid limit"),
  ])
  func `nonsense is refused in plain text that names it`(path: String, words: String) async throws {
    try await refused(path, containing: words)
  }

  @Test func `absurd numbers count as the most there may be`() async throws {
    for path in [
      "/api/search?limit=999999999999999999999", "/api/search?spss=18446744073709551616&limit=1",
      "/api/search?start=0&end=9999999999", "/api/search?start=0&end=18446744073709551615",
      "/api/v2/search/tag/name/values?limit=99999999999999999999", "/api/v2/search/tag/a%252Fb%20c/values",
      "/api/v2/search/tag/%25%25%25/values", "/api/v2/search/tag/name/values?q=%7B%7B%7B%26%26%22",
    ] {
      try await get(path) { #expect($0.status == .ok, "\(path) \(String(buffer: $0.body))") }
    }
    try await refused("/api/v2/search/tag/\(String(repeating: "a", count: 300))/values", containing: "invalid tag name")
  }

  @Test func `what is refused before any route sees it is plain text too`() async throws {
    try await Fixture.ask { client in
      for (path, method, status) in [
        ("/api/search", HTTPRequest.Method.delete, HTTPResponse.Status.methodNotAllowed),
        ("/api/v2/search/nothing", .get, .notFound), ("/tempo/nothing", .get, .notFound),
      ] {
        try await client.execute(uri: path, method: method) { response in
          #expect(response.status == status && response.headers[.contentType]?.hasPrefix("text/plain") == true)
          #expect(response.body.readableBytes > 0)
        }
      }
    }
  }

  // MARK: - Parts

  @Test func `logfmt is read as Go's library reads it`() throws {
    let pairs = try Logfmt.read(#"a=1  b="x \"y\" z" c d= e="ü""#)
    #expect(pairs.map(\.key) == ["a", "b", "c", "d", "e"])
    #expect(pairs.map(\.value) == ["1", #"x "y" z"#, "", "", "ü"])
    for text in [#"a"b=1"#, "=1", #"a=b"c"#, #"a="b"#, "a=b=c"] {
      #expect(throws: Logfmt.Problem.self) { try Logfmt.read(text) }
    }
  }

  @Test func `durations are read as Go reads them`() {
    #expect(TempoParameters.length("1h2m3.5s") == .milliseconds(3_723_500))
    #expect(TempoParameters.length("100us") == TraceModel.Duration(nanoseconds: 100_000))
    #expect(TempoParameters.length("0") == .zero)
    for text in ["", "1", "s", "-1s", "1e9s", "999999999h", "1.s.s", "1 s"] {
      #expect(TempoParameters.length(text) == nil, "\(text)")
    }
  }
}
