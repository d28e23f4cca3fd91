import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct QuestionTests {
  @Test(arguments: [
    ["map"], ["services"], ["latency"], ["search", "{ .http.route = \"/cart\" }"], ["latency", "--over-time"],
    ["latency", "--by", "outcome"], ["latency", "--edge", "web,cart", "--outcome", "ok", "--exemplars"],
    ["latency", "--service", "cart", "--by", "kind", "--over-time"],
    ["search", "{ resource.service.name = \"web\" } > { duration > 20ms } | select(.text)", "--limit", "7"],
    ["query", "{ } | rate() by (resource.service.name, kind)", "--exemplars", "3"],
    ["query", "{ } | quantile_over_time(duration, .5, .99)", "--step", "1s"],
  ])
  func `an answer by --data and one by --server of an idle collector are the same bytes`(
    question: [String]
  ) async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let arguments = question + ["--all", "--format", "json"]
    let byServer = try await Program.run(Spoor.path, arguments + ["--server", collector.api])
    let byData = try await Program.run(Spoor.path, arguments + ["--data", collector.data])
    #expect(byServer.exitCode == 0 && byData.exitCode == 0, "\(byServer.errors)\(byData.errors)")
    #expect(byServer.text.count > 100)
    #expect(byServer.output == byData.output)
  }

  @Test func `a trace by --data and one by --server are the same bytes`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    for format in ["tree", "json", "otlp-json", "otlp"] {
      let question = ["trace", MadeUpSpan.traceID(3), "--format", format]
      let byServer = try await Program.run(Spoor.path, question + ["--server", collector.api])
      let byData = try await Program.run(Spoor.path, question + ["--data", collector.data])
      #expect(byServer.exitCode == 0 && byServer.output == byData.output, "\(format)")
    }
  }

  @Test func `a trace ID may be short, long or upper case`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let id = String(repeating: "0", count: 29) + "abc"
    let span = MadeUpSpan(service: "short", traceID: id, spanID: MadeUpSpan.spanID(1))
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)
    for name in ["abc", "ABC", id] {
      let trace = try await Spoor.askJSON("trace", name, "--server", collector.api)
      #expect(trace["trace_id"] == .string(id))
    }
  }

  @Test func `traces are shown by several IDs, by beginnings, in pages, and with the times that were sent`()
    async throws
  {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let (first, second) = ("abcdef0123456789abcdef0123456789", "abcdef9923456789abcdef0123456789")
    for id in [first, second] {
      let root = MadeUpSpan(service: "web", traceID: id, spanID: MadeUpSpan.spanID(1), name: "call", kind: 3)
      // Its clock is two seconds slow.
      let answer = MadeUpSpan(
        service: "cart", traceID: id, spanID: MadeUpSpan.spanID(2), parentSpanID: root.spanID, name: "answer", kind: 2,
        start: root.start - 2_000_000_000, nanoseconds: 1_000_000)
      let inside = MadeUpSpan(
        service: "cart", traceID: id, spanID: MadeUpSpan.spanID(3), parentSpanID: answer.spanID, name: "inside",
        start: answer.start, nanoseconds: 500_000)
      #expect(try await collector.http.post(MadeUpSpan.request([root, answer, inside])).status == 200)
    }
    for source in [["--server", try collector.api], ["--data", collector.data]] {
      func spoor(_ arguments: String...) async throws -> Program {
        try await Program.run(Spoor.path, ["trace"] + arguments + source)
      }
      let both = try await spoor("abcdef01", "0xABCDEF99", "0123456789")
      #expect(both.exitCode == 0 && both.text.contains("trace \(first)\n") && both.text.contains("trace \(second)\n"))
      #expect(both.errorLines.count == 1 && both.errors.contains("no trace in the ring begins with 0123456789"))
      #expect(both.text.contains("(clock +2s)") && both.text.contains("2 spans moved to fit"))
      let raw = try await spoor(first, "--raw-times")
      #expect(raw.exitCode == 0 && !raw.text.contains("clock"))
      let page = try await spoor(first, "--limit", "1", "--cursor", "1")
      #expect(page.text.contains("here 2 to 2") && page.text.contains("… 1 more span: --cursor 2"))
      #expect(page.errors.isEmpty)
      let json = try await spoor(first, second, "--format", "json", "--limit", "2")
      let traces = try JSONValue(parsing: Data(json.text.utf8))["traces"].elements
      #expect(traces.count == 2 && traces[0]["spans"].elements.count == 2 && traces[0]["cursor"] == .string("2"))
      let behind = try await spoor(first, "--cursor", "99")
      #expect(behind.exitCode == 1 && behind.text.isEmpty && behind.errors.contains("none behind the cursor"))
      let several = try await spoor("abcdef")
      #expect(several.exitCode == 1 && several.errors.contains("is not in the ring"))
    }
    #expect(try await Program.run(Spoor.path, ["trace", first, second, "--format", "dot"]).exitCode == 64)
    #expect(try await Program.run(Spoor.path, ["trace", first, "--cursor", "x"]).exitCode == 64)
  }

  @Test func `latencies count every call once, and their buckets add up`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let answer = try await Spoor.askJSON("latency", "--all", "--service", "cart", "--server", collector.api)
    let series = try #require(answer["series"].elements.first)
    #expect(series["latency"]["count"].int == 40)
    #expect(series["buckets"].elements.reduce(0) { $0 + ($1["count"].int ?? 0) } == 40)
    #expect(series["latency"]["max_ns"].int == 40_000_000)
    // The sketch may be off by 1.09 %.
    let median = try #require(series["latency"]["p50_ns"].int)
    #expect(abs(Double(median) / 20e6 - 1) < 0.06, "\(median)")
  }

  @Test func `latencies come as text, pictures and OTLP, of kinds and outcomes`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let ask = ["latency", "--all", "--server", try collector.api]
    let calls = try await Program.run(Spoor.path, ask + ["--edge", "web,cart", "--exemplars"])
    #expect(calls.exitCode == 0 && calls.text.contains("44ms  trace \(MadeUpSpan.traceID(40))"), "\(calls.text)")
    #expect(calls.text.contains("within 1.09 %"))
    let otlp = try await Program.run(Spoor.path, ask + ["--kind", "server", "--format", "otlp-json"])
    let metric = try JSONValue(parsing: otlp.output)["resourceMetrics"].elements.first?["scopeMetrics"].elements.first?[
      "metrics"
    ].elements.first
    let point = metric?["exponentialHistogram"]["dataPoints"].elements.first
    #expect(point?["count"] == .string("40") && point?["scale"].int == 5, "\(otlp.text)\(otlp.errors)")
    for format in ["svg", "text"] {
      let picture = try await Program.run(Spoor.path, ask + ["--over-time", "--format", format])
      #expect(picture.exitCode == 0 && picture.text.contains("cart"), "\(picture.errors)")
    }
    let nothing = try await Program.run(Spoor.path, ask + ["--outcome", "throttle"])
    #expect(nothing.exitCode == 1 && nothing.errors.contains("nothing found"))
    for unknown in [["--service", "nope"], ["--edge", "web,nope"], ["--edge", "nope,cart", "--over-time"]] {
      let answer = try await Program.run(Spoor.path, ask + unknown)
      #expect(answer.exitCode == 1 && answer.errors.contains("is called \"nope\""), "\(answer.errors)")
    }
    for wrong in [
      ["--edge", "web,cart", "--kind", "server"], ["--kind", "sender"], ["--outcome", "bad"],
      ["--over-time", "--format", "otlp-json"],
    ] {
      #expect(try await Program.run(Spoor.path, ask + wrong).exitCode == 64, "\(wrong)")
    }
    let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
    for wrong in ["kind=x", "outcome=x", "by=x", "caller=a", "caller=a&callee=b&kind=server"] {
      #expect(try await door.get("/api/spoor/v1/latency?\(wrong)").status == 400, "\(wrong)")
    }
    #expect(try await door.get("/api/spoor/v1/latency/heatmap?columns=0").status == 400)
  }

  @Test func `a search finds traces by their spans, page by page, and says what it cannot read`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let query = "{ resource.service.name = \"cart\" && duration > 30ms && kind = server }"
    for source in [["--server", try collector.api], ["--data", collector.data]] {
      let steps = ["query", "{ } | rate()", "--step", "1s", "--from", "2020-01-01T00:00:00Z"]
      let refused = try await Program.run(Spoor.path, steps + source)
      #expect(refused.exitCode == 64 && refused.errorLines.count == 1, "\(refused.errors)")
      #expect(refused.errors.contains("steps are too many") && !refused.errors.contains("{"), "\(refused.errors)")
      let all = ["--all", "--format", "json"] + source
      let found = try JSONValue(parsing: await Program.run(Spoor.path, ["search", query] + all).output)
      #expect(
        found["traces"].elements.map { $0["trace_id"] } == (31...40).reversed().map { .string(MadeUpSpan.traceID($0)) })
      let newest = try #require(found["traces"].elements.first)
      #expect(newest["root_service"] == .string("web") && newest["root_name"] == .string("call"))
      #expect(newest["spans"].int == 2 && newest["errors"].int == 0 && newest["services"].elements.count == 2)

      let page = try await Program.run(Spoor.path, ["search", query, "--limit", "4", "--all"] + source)
      let lines = page.text.split(separator: "\n")
      #expect(page.exitCode == 0 && lines.count == 6 && lines[0].hasPrefix("TRACE ID"))
      let cursor = try #require(lines[5].split(separator: " ").last.map { String($0) })
      let next = try await Program.run(Spoor.path, ["search", query, "--cursor", cursor, "--all"] + source)
      #expect(next.exitCode == 0 && next.text.split(separator: "\n").count == 7)
      #expect(next.text.contains(MadeUpSpan.traceID(36)) && !next.text.contains(MadeUpSpan.traceID(37)))

      let nothing = try await Program.run(Spoor.path, ["search", "{ .user.id = 42 }", "--all"] + source)
      #expect(nothing.exitCode == 1 && nothing.errors.contains("nothing found"))
      let wrong = try await Program.run(Spoor.path, ["search", "{ duration > }"] + source)
      #expect(wrong.exitCode == 64 && wrong.errors.contains("at 14: expected a value"), "\(wrong.errors)")
      #expect(wrong.errors.contains("\n  { duration > }\n               ^\n"), "\(wrong.errors)")

      // Conditions on several spans, patterns and figures of a trace's spans.
      for (query, count) in [
        ("{ resource.service.name = \"web\" } > { duration > 30ms }", 10), ("{ name =~ \"an.*\" } | count() = 1", 40),
        ("{ span.text =~ \"(?s)line.break.*\" && duration <= 5ms }", 5),
        ("{ kind = client || kind = server } | avg(duration) > 40ms", 2),
      ] {
        let found = try await Program.run(Spoor.path, ["search", query, "--limit", "100"] + all)
        let traces = try JSONValue(parsing: found.output)["traces"].elements
        #expect(traces.count == count, "\(query): \(found.errors)")
        let set = try #require(traces.first?["span_sets"].elements.first)
        #expect((set["matched"].int ?? 0) > 0 && !set["spans"].elements.isEmpty)
      }
    }
    let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
    #expect(try await door.get("/api/spoor/v1/search?q=%7B%20.a%20%3D~%20%22(%22%20%7D").status == 400)
    #expect(try await door.get("/api/spoor/v1/search").status == 400)
    #expect(try await door.get("/api/spoor/v1/search?q=%7B%7D&cursor=zzz").status == 400)
    let part = try await door.get("/api/spoor/v1/traces/\(MadeUpSpan.traceID(3))?limit=1")
    #expect(part.status == 200)
  }

  @Test func `figures over time come as a table, CSV and JSON, and wrong questions say where`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    for source in [["--server", try collector.api], ["--data", collector.data]] {
      let ask = ["query", "{ } | count_over_time() by (resource.service.name)", "--all"] + source
      let table = try await Program.run(Spoor.path, ask)
      #expect(table.exitCode == 0 && table.text.contains("cart") && table.text.contains("█"), "\(table.errors)")
      let csv = try await Program.run(Spoor.path, ask + ["--format", "csv"])
      let lines = csv.text.split(separator: "\r\n")
      #expect(lines.first == "time,resource.service.name,value" && lines.count >= 3, "\(csv.text)")
      let json = try JSONValue(parsing: await Program.run(Spoor.path, ask + ["--format", "json"]).output)
      #expect(json["spans"].int == 80 && json["series"].elements.count == 2 && json["cut"].int == nil)
      let nothing = try await Program.run(Spoor.path, ["query", "{ name = \"x\" } | rate()", "--all"] + source)
      #expect(nothing.exitCode == 1 && nothing.errors.contains("nothing found"), "\(nothing.errors)")
      for wrong in [
        ["{ } | rate(", "--all"], ["{ }"], ["{ } | rate()", "--step", "0s"], ["{ } | rate()", "--step", "x"],
      ] {
        let answer = try await Program.run(Spoor.path, ["query"] + wrong + source)
        #expect(answer.exitCode == 64, "\(wrong): \(answer.errors)")
      }
    }
    let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
    let rate = "/api/spoor/v1/query?q=%7B%7D%7Crate()"
    #expect(try await door.get(rate).status == 200)
    for wrong in ["&step=0", "&step=-1", "&step=1", "&from=5&to=4", "&exemplars=x"] {
      #expect(try await door.get(rate + wrong).status == 400, "\(wrong)")
    }
    #expect(try await door.get("/api/spoor/v1/query?q=%7B%7D").status == 400)
    #expect(try await door.get("\(rate)&exemplars=18446744073709551615").status == 200)
  }

  @Test func `the ready page says 200 and the stopped collector says what it stored`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
    #expect(try await door.get("/ready").status == 200)
    #expect(try await collector.stop() == 0)
  }

  /// Forty traces of a call from web to cart, of 1 to 40 ms.
  private static func loaded(_ folder: TemporaryFolder) async throws -> RunningCollector {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for number in 1...40 {
      let id = MadeUpSpan.traceID(number)
      let call = MadeUpSpan(
        service: "web", traceID: id, spanID: MadeUpSpan.spanID(1), name: "call", kind: 3,
        nanoseconds: UInt64(number) * 1_100_000)
      let cart = MadeUpSpan(
        service: "cart", traceID: id, spanID: MadeUpSpan.spanID(2), parentSpanID: call.spanID, name: "answer", kind: 2,
        nanoseconds: UInt64(number) * 1_000_000,
        attributes: ["http.route": "/cart", "text": "line\nbreak \"and\" quotes ü"])
      #expect(try await collector.http.post(MadeUpSpan.request([call, cart])).status == 200)
    }
    return collector
  }
}
