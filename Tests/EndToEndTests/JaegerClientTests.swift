import Foundation
import Testing

/// A client of Jaeger's API as it is published, against a real collector.
@Suite(
  .timeLimit(.minutes(5)), .enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"))
struct JaegerClientTests {
  @Test func `jaeger-mcp finds in the API what the map and the traces say`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let demo = try await Spoor.run(
      "demo", "--traces", "60", "--rate", "200", "--seed", "7", "--http", "http://\(try collector.http)",
      "--tcp", "tcp://\(try collector.tcp)", "--udp", "udp://\(try collector.udp)")
    #expect(demo.exitCode == 0, "\(demo.errors)")
    let sent = try #require(demo.text.firstMatch(of: /sent 60 traces, (\d+) spans/))
    #expect(try await collector.waits(forSpans: try #require(Int(sent.1))))

    let asked = try await PythonShop.run(
      "jaeger_client",
      environment: [
        "API": try collector.api, "SERVICE": "checkout", "OPERATION": "validate order",
        "TAGS": #"{"order.total": "59.9"}"#,
      ])
    #expect(asked.exitCode == 0, "\(asked.errors)")
    let answers = try JSONValue(parsing: asked.output)
    let map = try await collector.map()

    let services = map["nodes"].elements.filter { $0["kind"] == "service" }.compactMap { $0["name"].string }
    #expect(answers["services"].elements.compactMap(\.string) == services.sorted())
    #expect(answers["operations"].elements.contains("validate order"))
    #expect(answers["unknown"] == "404")

    let traces = answers["traces"].elements
    #expect(!traces.isEmpty && Set(traces.compactMap { $0.elements.first }).count == traces.count)
    for trace in traces.prefix(5) {
      let id = try #require(trace.elements[0].string)
      #expect(try await collector.spanCount(ofTrace: id) == trace.elements[1].int)
      #expect(trace.elements[2] == "web")
    }
    #expect(answers["failed"].elements.count == answers["failedCount"].int)
    #expect((answers["failedCount"].int ?? 0) < traces.count)
    // Every checkout validates its order, and every order of the demo's costs the same.
    #expect(answers["operated"].int == answers["tagged"].int)
    #expect(answers["tests"].int == min(50, answers["tagged"].int ?? 0))
    #expect(answers["none"] == 0 && answers["slow"] == 0)

    let spans = answers["spans"].elements
    let ids = Set(spans.compactMap { $0.elements[0].string })
    #expect(ids.count == spans.count && answers["unchanged"].int == spans.count)
    #expect(spans.count { $0.elements[1] == .null } == 1)
    for span in spans { #expect(span.elements[1].string.map { ids.contains($0) } ?? true) }
    #expect(answers["root"].elements[0] == "web")
    #expect(answers["path"].elements.first == answers["root"].elements[1])
    #expect((answers["statistics"]["validate order"].int ?? 0) > 0)

    try expectDependencies(answers["dependencies"].elements, as: map)
    #expect(try await collector.stop() == 0)
  }

  /// Calls between services are those of the map; messages go from who sent to who took them.
  private func expectDependencies(_ dependencies: [JSONValue], as map: JSONValue) throws {
    var names: [JSONValue: JSONValue] = [:]
    for node in map["nodes"].elements where node["kind"] == "service" { names[node["id"]] = node["name"] }
    var calls: [[JSONValue]: Int] = [:]
    for edge in map["edges"].elements {
      guard let target = names[edge["target"]] else { continue }
      if let source = names[edge["source"]] { calls[[source, target]] = edge["calls"].int }
      if edge["source"] == "queue:kafka/orders" { calls[["checkout", target]] = edge["calls"].int }
    }
    var found: [[JSONValue]: Int] = [:]
    for dependency in dependencies { found[Array(dependency.elements.prefix(2))] = dependency.elements[2].int }
    #expect(found == calls)
    #expect(found[["checkout", "mailer"]] != nil)
  }
}
