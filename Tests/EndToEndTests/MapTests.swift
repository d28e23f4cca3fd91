import Foundation
import Testing

/// The map in all its formats and parts, from the running collector and from the files.
@Suite(.timeLimit(.minutes(10))) struct MapTests {
  @Test func `every part of the map is the same by --server and by --data`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    for (part, nodes) in [
      (["--around", "web"], "user,web,cart,mail"), (["--around", "redis", "--depth", "2"], "web,cart,redis"),
      (["--hide", "user", "--hide", "mail"], "web,cart,redis"),
      (["--hide", "cache", "--hide", "user"], "web,cart,mail"),
      (["--min-share", "20%"], "user,web,cart,redis"), (["--where", "{ .http.route = \"/mail\" }"], "user,web,mail"),
      (["--group-by", "team"], "user,shop,post,redis"), (["--group-by", "team", "--around", "post"], "shop,post"),
    ] {
      let question = ["map", "--all", "--format", "json"] + part
      let byServer = try await Program.run(Spoor.path, question + ["--server", collector.api])
      let byData = try await Program.run(Spoor.path, question + ["--data", collector.data])
      #expect(byServer.exitCode == 0 && byServer.output == byData.output, "\(part) \(byServer.errors)\(byData.errors)")
      let map = try JSONValue(parsing: byServer.output)
      let names = Set(map["nodes"].elements.compactMap { $0["name"].string })
      let expected = Set(nodes.split(separator: ",").map { String($0) })
      #expect(names == expected, "\(part)")
    }
  }

  @Test func `the map and a trace are drawn in every format`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    for (name, head) in [
      ("dot", "digraph"), ("svg", "<?xml"), ("png", "\u{89}PNG"), ("pdf", "%PDF-"), ("json", "{"), ("mmd", "---\n"),
    ] {
      let file = folder.path("map.\(name)")
      let drawn = try await Spoor.run("map", "--all", "-o", file, "--theme", "dark", "--server", collector.api)
      #expect(drawn.exitCode == 0, "\(drawn.errors)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      #expect(bytes.count > 500 && bytes.starts(with: head.unicodeScalars.map { UInt8($0.value) }), "\(name)")
      if name == "json" { continue }
      let trace = folder.path("trace.\(name)")
      #expect(try await Spoor.run("trace", MadeUpSpan.traceID(1), "-o", trace, "--data", collector.data).exitCode == 0)
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: trace)).starts(with: head.unicodeScalars.map { UInt8($0.value) }))
    }
    let text = String(
      decoding: try await Spoor.ask("trace", MadeUpSpan.traceID(1), "--format", "dot", "--data", collector.data),
      as: UTF8.self)
    #expect(text.contains("Trace \(MadeUpSpan.traceID(1))") && text.contains(">web<") && !text.contains(">mail<"))
  }

  @Test func `databases and caches are called what is asked for`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let attributes = ["db.system.name": "postgresql", "server.address": "db", "db.namespace": "shop"]
    let span = MadeUpSpan(
      service: "web", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(1), name: "work", kind: 3,
      nanoseconds: 1_000_000, attributes: attributes)
    #expect(try await collector.http.post(MadeUpSpan.request([span])).status == 200)
    for (label, name) in [
      ("name", "postgresql shop"), ("host", "db"), ("namespace", "shop"), ("system", "postgresql"),
      ("full", "postgresql@db/shop"),
    ] {
      let map = try await Spoor.askJSON("map", "--all", "--label", label, "--data", collector.data)
      #expect(map["nodes"].elements.compactMap { $0["name"].string }.contains(name), "\(label)")
      let dot = try await Spoor.ask(
        "trace", MadeUpSpan.traceID(1), "--label", label, "--format", "dot", "--server", collector.api)
      #expect(String(decoding: dot, as: UTF8.self).contains(">\(name)<"), "\(label)")
      let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
      let reply = try await door.get("/api/spoor/v1/map?format=dot&label=\(label)")
      #expect(String(decoding: reply.body, as: UTF8.self).contains(">\(name)<"), "\(label)")
    }
  }

  @Test func `what cannot be drawn says why`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let nobody = try await Spoor.run("map", "--all", "--around", "nobody", "--data", collector.data)
    #expect(nobody.exitCode == 1 && nobody.errors.contains("is called \"nobody\""), "\(nobody.errors)")
    let nothing = try await Spoor.run("map", "--all", "--hide", "nobody", "--data", collector.data)
    #expect(nothing.exitCode == 0 && nothing.errors.contains("is called \"nobody\""), "\(nothing.errors)")
    #expect(!nothing.text.contains("without nobody"))
    for (arguments, word) in [
      (["--min-share", "2"], "--min-share"), (["--depth", "2"], "--depth"),
      (["--around", "web", "--depth", "0"], "--depth"),
      (["--where", "{ duration > }"], "--where"), (["--group-by", ""], "--group-by"), (["--theme", "pink"], "theme"),
      (["--size-by", "weight"], "size-by"), (["--label", "colour"], "label"), (["--format", "gif"], "format"),
    ] {
      let answer = try await Program.run(Spoor.path, ["map", "--data", collector.data] + arguments)
      #expect(answer.exitCode == 64 && answer.errors.contains(word), "\(arguments) \(answer.errors)")
    }
  }

  @Test func `the route takes what the command takes, and its errors name the parameter`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await Self.loaded(folder)
    let door = try #require(Door(try collector.api.dropFirst("http://".count).description))
    func get(_ query: String) async throws -> HTTPReply { try await door.get("/api/spoor/v1/map?\(query)") }
    for (query, type, head) in [
      ("", "application/json", "{"), ("format=dot&theme=dark&size_by=latency", "text/vnd.graphviz", "digraph"),
      ("format=svg", "image/svg+xml", "<?xml"), ("format=mermaid", "text/vnd.mermaid", "---\n"),
      ("format=pdf&hide=user&hide=redis", "application/pdf", "%PDF-"),
      ("format=dot&trace=\(MadeUpSpan.traceID(1))", "text/vnd.graphviz", "digraph"),
    ] {
      let reply = try await get(query)
      #expect(reply.status == 200 && reply.headers["content-type"]?.hasPrefix(type) == true, "\(query) \(reply)")
      #expect(reply.body.starts(with: Array(head.utf8)), "\(query)")
    }
    for (query, parameter) in [
      ("format=gif", "format"), ("theme=pink", "theme"), ("size_by=weight", "size_by"), ("label=colour", "label"),
      ("depth=2", "depth"),
      ("around=web&depth=0", "depth"), ("around=web&depth=x", "depth"), ("min_share=2", "min_share"),
      ("where=%7B", "where"),
      ("group_by=", "group_by"), ("trace=xyz", "trace"), ("from=x", "from"), ("to=x", "to"),
      (String(repeating: "hide=a&", count: 101), "hide"),
    ] {
      let reply = try await get(query)
      #expect(reply.status == 400, "\(query)")
      #expect(String(decoding: reply.body, as: UTF8.self).contains("\"error\":\"\(parameter)"), "\(query)")
    }
    #expect(try await get("trace=\(MadeUpSpan.traceID(999))").status == 404)
  }

  /// Forty visits to web, of which it hands on 36 to cart, which asks redis, and four to mail.
  private static func loaded(_ folder: TemporaryFolder) async throws -> RunningCollector {
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    for number in 1...40 {
      let id = MadeUpSpan.traceID(number)
      let callee = number <= 36 ? "cart" : "mail"
      func span(
        _ service: String, _ spanNumber: Int, parent: Int?, kind: Int, _ attributes: [String: String] = [:]
      ) -> MadeUpSpan {
        var span = MadeUpSpan(
          service: service, traceID: id, spanID: MadeUpSpan.spanID(spanNumber), name: "work", kind: kind,
          nanoseconds: UInt64(number) * 1_000_000, attributes: attributes)
        span.team = service == "mail" ? "post" : "shop"
        if let parent { span.parentSpanID = MadeUpSpan.spanID(parent) }
        return span
      }
      let spans = [
        span("web", 1, parent: nil, kind: 2), span("web", 2, parent: 1, kind: 3),
        span(callee, 3, parent: 2, kind: 2, ["http.route": "/\(callee)"]),
        span(callee, 4, parent: 3, kind: 3, number <= 36 ? ["db.system.name": "redis"] : [:]),
      ]
      #expect(try await collector.http.post(MadeUpSpan.request(spans)).status == 200)
    }
    return collector
  }
}
