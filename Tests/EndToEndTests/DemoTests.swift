import Foundation
import FoundationXML
import Testing

@Suite(.timeLimit(.minutes(10))) struct DemoTests {
  private static let database = "database:postgresql@db.shop.internal:5432/shop"
  private static let cache = "cache:redis@cache.shop.internal:6379"

  /// Who talks to whom in the shop, written down by hand: source, target and kind.
  private static let edges: Set<[String]> = [
    ["user", shop("web"), "user"],
    [shop("web"), shop("catalog"), "call"],
    [shop("web"), shop("recommendations"), "call"],
    [shop("web"), shop("cart"), "call"],
    [shop("web"), shop("checkout"), "call"],
    [shop("cart"), shop("stock"), "call"],
    [shop("checkout"), shop("stock"), "call"],
    [shop("checkout"), shop("payment"), "call"],
    [shop("catalog"), database, "database"],
    [shop("stock"), database, "database"],
    [shop("cart"), cache, "database"],
    [shop("recommendations"), cache, "database"],
    [shop("payment"), "external:api.cardpay.example", "external"],
    [shop("checkout"), "queue:kafka/orders", "message"],
    ["queue:kafka/orders", shop("shipping"), "message"],
    ["queue:kafka/orders", shop("mailer"), "message"],
  ]

  private static func shop(_ name: String) -> String { "service:shop/\(name)" }

  @Test func `the shop's map has every edge of its script and no other, and draws every kind of node`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let demo = try await Spoor.run(
      "demo", "--traces", "60", "--rate", "200", "--seed", "7", "--http", "http://\(try collector.http)",
      "--tcp", "tcp://\(try collector.tcp)", "--udp", "udp://\(try collector.udp)")
    #expect(demo.exitCode == 0, "\(demo.errors)")
    let sent = try #require(demo.text.firstMatch(of: /sent 60 traces, (\d+) spans/))
    #expect(try await collector.waits(forSpans: try #require(Int(sent.1))))

    let map = try await collector.map()
    let drawn = map["edges"].elements.map { edge in
      ["source", "target", "kind"].map { edge[$0].string ?? "?" }
    }
    #expect(Set(drawn).subtracting(Self.edges) == [])
    #expect(Self.edges.subtracting(drawn) == [])
    #expect(Set(drawn).count == drawn.count)
    #expect(map["coverage"]["unpaired"].int == 0)
    #expect(map["coverage"]["spans"].int == Int(sent.1))
    let visits = map["edges"].elements.first { $0["source"] == "user" }
    #expect(visits?["calls"].int == 60)
    let kinds = Set(map["nodes"].elements.compactMap { $0["kind"].string })
    #expect(kinds == ["service", "database", "cache", "queue", "external", "user"])

    try await expectPictures(of: collector, folder)
    try await expectExamples(of: demo, in: collector)
  }

  /// The map as SVG and PNG, the latencies as SVG, and the same twice.
  private func expectPictures(of collector: RunningCollector, _ folder: TemporaryFolder) async throws {
    let svg = try await Spoor.ask("map", "--all", "--format", "svg", "--server", collector.api)
    #expect(isWellFormed(svg))
    let text = String(decoding: svg, as: UTF8.self)
    for word in ["web", "recommendations", "postgresql", "redis", "cardpay", "orders"] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(try await Spoor.ask("map", "--all", "--format", "svg", "--server", collector.api) == svg)

    let file = folder.path("map.png")
    #expect(try await Spoor.run("map", "--all", "-o", file, "--server", collector.api).exitCode == 0)
    let png = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(png.count > 10_000 && png.starts(with: [0x89] + Array("PNG\r\n".utf8)))

    let latency = try await Spoor.ask("latency", "--all", "--format", "svg", "--server", collector.api)
    #expect(isWellFormed(latency))
  }

  /// Each trace that the demo names is found by the ID that it printed.
  private func expectExamples(of demo: Program, in collector: RunningCollector) async throws {
    let examples = demo.text.matches(of: /(?m)^(.*\S) +([0-9a-f]{32})$/)
    #expect(examples.contains { $0.1 == "failed payment" })
    for example in examples {
      let trace = try await collector.trace(String(example.2))
      #expect(trace.roots.count == 1, "\(example.1)")
      #expect(trace.spans.count > 3, "\(example.1)")
    }
  }

  private func isWellFormed(_ svg: Data) -> Bool {
    String(decoding: svg, as: UTF8.self).contains("<svg") && XMLParser(data: svg).parse()
  }
}
