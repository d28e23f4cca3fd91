import Testing
import TraceModel

@testable import TraceQuery

@Suite struct PromQLTests {
  private static let queries = [
    "rate(traces_service_graph_request_total{}[3600s])",
    "topk(5, sum(rate(traces_spanmetrics_calls_total{span_kind=\"SPAN_KIND_SERVER\"}[1h30m])) by (span_name))",
    "histogram_quantile(.9, sum(rate(a_bucket{b=~'x|y',c!~`z\\d`,}[5m] offset 1w)) by (le))",
    "sum by (client, server) (rate(a[5m])) / on (client, server) group_left (d) sum without (e) (rate(b[5m])) > bool 0",
    "-a ^ 2 * 3 + 4 or vector(0) unless on () b and c",
    "label_replace(a, \"x\", \"$1\", \"y\", \"(.*)\") == Inf",
    "label_join(a, 'x', '-', 'y', 'z') >= 0x1F != 1e-3", "{__name__=~\"a|b\", c=\"\\u00e4\\x41\"}", "1 - -1 % .5",
  ]

  @Test(arguments: queries) func `a query that can be answered is read`(query: String) throws {
    _ = try PromQLQuery(query)
  }

  @Test(arguments: [
    ("", 1, "no expression"), ("a +", 4, "expected an expression"), ("sum(a", 6, "expected"),
    ("a{b}", 4, "expected one of"),
    ("a{b=\"c\"", 8, "expected"), ("a{b=\"c", 5, "does not end"), ("a[5x]", 3, "neither a number nor a duration"),
    ("rate(a[5m:1m])", 10, "subqueries"), ("rate(a)", 6, "range vector"), ("a @ 5", 3, "@ is not supported"),
    ("irate(a[5m])", 1, "counts, not samples"), ("nothing(a)", 1, "not supported"), ("a and 1", 3, "instant vectors"),
    ("1 > 2", 3, "must use bool"), ("a[0s]", 2, "longer than 0"), ("topk(a, b)", 6, "scalar"),
    ("{a=\"\"}", 1, "at least one"),
    ("a{__name__=\"b\"}", 3, "set twice"), ("a $ b", 3, "unexpected character"), ("sum by a (b)", 8, "expected \"(\""),
    ("a * on (b) group_left () c + bool d", 30, "comparisons only"), ("abs(a, b)", 8, "takes 1"),
    ("abs()", 1, "takes 1"),
    ("a or on (b) group_left c", 13, "no grouping"), ("'\\q'", 3, "no escape"), ("a b", 3, "expected an operator"),
    ("a{b=~\"(\"}", 6, "regexp"), ("1h30m5x", 1, "neither"), ("rate(a[5m])[5m]", 12, "subqueries"),
  ])
  func `what cannot be read is said with its place`(query: String, position: Int, reason: String) {
    let error = #expect(throws: PromQLError.self) { _ = try PromQLQuery(query) }
    #expect(error?.position == position, "\(query): \(error?.description ?? "")")
    #expect(error?.message.contains(reason) == true, "\(query): \(error?.description ?? "")")
  }

  @Test func `too much of anything is refused`() {
    for query in [
      String(repeating: "(", count: 1000) + "1" + String(repeating: ")", count: 1000),
      Array(repeating: "1", count: 1000).joined(separator: "+"), String(repeating: "-", count: 5000) + "1",
      Array(repeating: "a", count: 40).joined(separator: " or "), String(repeating: "1^", count: 200) + "1",
      String(repeating: " ", count: 100_000) + "1",
      String(repeating: "abs(", count: 100) + "a" + String(repeating: ")", count: 100),
    ] {
      let error = #expect(throws: PromQLError.self) { _ = try PromQLQuery(query) }
      #expect(error?.position != nil)
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `mutated queries are read or refused, never more`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let scraps =
      Self.queries.flatMap { $0.split(separator: " ").map(String.init) } + [
        "(", ")", "{", "}", "[", "\"", "\\", "5m", "9999999999999999999y", "e", "0x", "\u{0}", "ä", "1e", "@",
        "offset -", ":",
      ]
    for round in 0..<3000 {
      var scalars = Array((Self.queries.randomElement(using: &random) ?? "").unicodeScalars)
      for _ in 0...Int.random(in: 0..<6, using: &random) {
        let place = Int.random(in: 0...scalars.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: scalars.removeSubrange(place..<min(scalars.count, place + Int.random(in: 0..<9, using: &random)))
        case 1: scalars.insert(contentsOf: (scraps.randomElement(using: &random) ?? "").unicodeScalars, at: place)
        case 2: scalars.insert(contentsOf: scalars[place...].prefix(20), at: place)
        default: if place < scalars.count { scalars[place] = Unicode.Scalar(UInt8.random(in: 1..<127, using: &random)) }
        }
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      let query = String(text)
      do throws(PromQLError) {
        let parsed = try PromQLQuery(query)
        // Nothing is found by any selector, and yet all that is asked is worked out.
        let nothing = PromQLSamples(samples: [PromQLSample(MetricLabels([("a", "b"), ("le", "1")]), 1)], seconds: 60)
        _ = try PromQLEvaluation(parsed, parsed.selectors.map { _ in nothing }).value()
      } catch {
        #expect(
          (error.position ?? 1) >= 1 && (error.position ?? 1) <= scalars.count + 1,
          "seed \(seed), round \(round): \(query)")
      }
    }
  }

  // MARK: Working out

  private static func sample(_ labels: [(String, String)], _ value: Double) -> PromQLSample {
    PromQLSample(MetricLabels(labels.map { (name: $0.0, value: $0.1) }), value)
  }

  /// Four series of `m`, and what a selector finds whatever it says.
  private static let four = [
    sample([("__name__", "m"), ("a", "1"), ("b", "x")], 1), sample([("__name__", "m"), ("a", "1"), ("b", "y")], 2),
    sample([("__name__", "m"), ("a", "2"), ("b", "x")], 4), sample([("__name__", "m"), ("a", "2"), ("b", "y")], 8),
  ]

  private static func answer(_ text: String) throws -> String {
    let query = try PromQLQuery(text)
    let inputs = query.selectors.map { selector in
      PromQLSamples(
        samples: four.filter { selector.includes($0.labels) }, seconds: Double(selector.range ?? 0) / 1e9)
    }
    switch try PromQLEvaluation(query, inputs).value() {
    case .scalar(let number): return "\(number)"
    case .string(let text): return text
    case .vector(let samples): return samples.map { "\($0.labels) \($0.float ?? .nan)" }.joined(separator: "; ")
    }
  }

  @Test(arguments: [
    ("2 + 3 * 4 ^ 2 ^ 0.5", "23.30..."), ("-2 ^ 2", "-4.0"), ("7 % 4 - 1", "2.0"), ("1 > bool 2", "0.0"),
    ("m{b=\"x\"}", "m{a=\"1\", b=\"x\"} 1.0; m{a=\"2\", b=\"x\"} 4.0"),
    ("sum(m)", "{} 15.0"), ("sum by (a) (m)", "{a=\"1\"} 3.0; {a=\"2\"} 12.0"),
    ("sum without (a) (m)", "{b=\"x\"} 5.0; {b=\"y\"} 10.0"), ("avg(m)", "{} 3.75"),
    ("count(m) by (b)", "{b=\"x\"} 2.0; {b=\"y\"} 2.0"),
    ("topk(2, m)", "m{a=\"2\", b=\"y\"} 8.0; m{a=\"2\", b=\"x\"} 4.0"),
    ("bottomk(1, m) by (a)", "m{a=\"1\", b=\"x\"} 1.0; m{a=\"2\", b=\"x\"} 4.0"),
    ("max(m) - min(m)", "{} 7.0"), ("rate(m{a=\"2\"}[2s])", "{a=\"2\", b=\"x\"} 2.0; {a=\"2\", b=\"y\"} 4.0"),
    ("increase(m{a=\"1\",b=\"x\"}[2s])", "{a=\"1\", b=\"x\"} 1.0"),
    ("m > 3", "m{a=\"2\", b=\"x\"} 4.0; m{a=\"2\", b=\"y\"} 8.0"),
    ("8 == m", "m{a=\"2\", b=\"y\"} 8.0"), ("m{a=\"1\"} * ignoring (a) m{a=\"2\"}", "{b=\"x\"} 4.0; {b=\"y\"} 16.0"),
    ("m{a=\"2\"} / on (b) m{a=\"1\"}", "{b=\"x\"} 4.0; {b=\"y\"} 4.0"),
    (
      "m / on (a) group_left sum by (a) (m)",
      "{a=\"1\", b=\"x\"} 0.333...; {a=\"1\", b=\"y\"} 0.666...; {a=\"2\", b=\"x\"} 0.333...; {a=\"2\", b=\"y\"} 0.666..."
    ),
    ("m{a=\"1\"} or m{b=\"x\"}", "m{a=\"1\", b=\"x\"} 1.0; m{a=\"1\", b=\"y\"} 2.0; m{a=\"2\", b=\"x\"} 4.0"),
    ("m{a=\"1\"} and m{b=\"x\"}", "m{a=\"1\", b=\"x\"} 1.0"),
    ("m{a=\"1\"} unless m{b=\"x\"}", "m{a=\"1\", b=\"y\"} 2.0"),
    ("(sum(n) or vector(0)) / sum(m)", "{} 0.0"), ("absent(n{c=\"d\"})", "{c=\"d\"} 1.0"), ("scalar(sum(m))", "15.0"),
    ("label_replace(m{a=\"1\",b=\"x\"}, \"c\", \"$1\", \"b\", \"(.*)\")", "m{a=\"1\", b=\"x\", c=\"x\"} 1.0"),
    ("label_join(m{a=\"1\",b=\"x\"}, \"c\", \"-\", \"a\", \"b\")", "m{a=\"1\", b=\"x\", c=\"1-x\"} 1.0"),
    ("sort_desc(m{b=\"y\"})", "m{a=\"2\", b=\"y\"} 8.0; m{a=\"1\", b=\"y\"} 2.0"),
    ("clamp_max(-m{a=\"1\",b=\"x\"}, -2)", "{a=\"1\", b=\"x\"} -2.0"),
  ])
  func `a query comes to what Prometheus makes of it`(query: String, expected: String) throws {
    let found = try Self.answer(query)
    guard expected.contains("...") else {
      #expect(found == expected, "\(query)")
      return
    }
    // Only as many digits as are written.
    var rest = found[...]
    for part in expected.split(separator: "...", omittingEmptySubsequences: false) {
      if part.isEmpty {
        #expect(rest.allSatisfy { $0.isNumber }, "\(query): \(found)")
        break
      }
      let place = try #require(rest.range(of: part), "\(query): \(found)")
      #expect(rest[..<place.lowerBound].allSatisfy { $0.isNumber }, "\(query): \(found)")
      rest = rest[place.upperBound...]
    }
  }

  @Test(arguments: [
    "m * on (a) m", "m * on (b) group_left m", "m + ignoring (a, b) m",
    "label_replace(m, \"a\", \"$1\", \"b\", \"(x)\")",
    "label_replace(m, \"a\", \"z\", \"a\", \".*\")", "label_replace(m, \"\", \"z\", \"a\", \".*\")",
    "label_replace(m, \"1 c\", \"z\", \"a\", \".*\")", "label_join(m, \"c-d\", \"z\", \"a\")",
    "label_join(m, \"c\", \"z\", \"a\", \"b{\")",
  ])
  func `series that do not go together are said to be so`(query: String) throws {
    #expect(throws: PromQLError.self) { _ = try Self.answer(query) }
  }

  @Test func `quantiles of classic buckets are Prometheus's own`() throws {
    let buckets = [("0.1", 10.0), ("0.2", 30), ("0.4", 40), ("+Inf", 50)].map { Self.sample([("le", $0.0)], $0.1) }
    func quantile(_ share: String) throws -> Double {
      let query = try PromQLQuery("histogram_quantile(\(share), m)")
      guard
        case .vector(let samples) = try PromQLEvaluation(query, [PromQLSamples(samples: buckets, seconds: 0)]).value()
      else { return .nan }
      return samples.first?.float ?? .nan
    }
    #expect(try quantile("0.1") == 0.05)
    #expect(abs(try quantile("0.5") - 0.175) < 1e-12)
    #expect(try quantile("0.99") == 0.4)
    #expect(try quantile("-1") == -.infinity && quantile("2") == .infinity && quantile("NaN").isNaN)
  }

  @Test func `a native histogram says what the sketch says`() {
    var latency = LatencyHistogram()
    for milliseconds in UInt64(0)...1000 { latency.record(.milliseconds(milliseconds)) }
    let histogram = MetricHistogram(latency)
    #expect(histogram.count == 1001 && histogram.zeroCount == 1)
    #expect(abs(histogram.sum - 500.5) < 1e-9)
    #expect(histogram.buckets.reduce(0) { $0 + $1.count } == 1000)
    for share in [0.1, 0.5, 0.9, 0.99] {
      #expect(abs(histogram.quantile(share) / share - 1) < 0.03, "\(share): \(histogram.quantile(share))")
    }
    #expect(
      latency.counts(upTo: [0.0001, 0.25, 0.5, 2]) == [
        1, latency.counts(upTo: [0.25])[0], latency.counts(upTo: [0.5])[0], 1001,
      ])
    #expect((251...257).contains(latency.counts(upTo: [0.25])[0]))
  }
}
