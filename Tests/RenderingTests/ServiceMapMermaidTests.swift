import Testing
import TraceModel

@testable import Rendering

@Suite struct ServiceMapMermaidTests {
  @Test func `the shop is charted as it was approved`() throws {
    try Golden.expect(ServiceMapMermaid(Shop.map).text, "shop.mmd")
    try Golden.expect(ServiceMapMermaid(ServiceMap()).text, "empty.mmd")
  }

  /// What Mermaid, Markdown or HTML could take for their own is written as numbers, so nothing else need be asked of them.
  @Test(arguments: Hostile.names.indices)
  func `no name gets out of its quotes`(number: Int) {
    let name = Hostile.names[number]
    let map = ServiceMap(
      nodes: ServiceMap.NodeKind.allCases.map { Shop.node("\($0)", name, $0, name, ok: 3, fault: 2) },
      edges: [Shop.edge("service", "queue", .message, ok: 1)])
    for line in ServiceMapMermaid(map).text.split(separator: "\n") where line.hasPrefix("  n") && !line.contains("->") {
      #expect(
        line.wholeMatch(of: #/  n\d+[(\[>{]+"([a-zA-Z0-9 .,\-\/%]|[^\x00-\x7f]|#\d+;|<br\/>)*"[)\]}]+/#) != nil,
        "\(line)")
      #expect(line.utf16.count < 2500)
    }
  }

  /// Mermaid reads labels as Markdown, in which these would be lists, rules, code, links and styles.
  @Test(arguments: [
    ("1. first", "1#46; first"), ("- dash", "#45; dash"), ("---", "#45;#45;#45;"), ("    code", "#32;   code"),
    ("www.shop.example", "www#46;shop.example"), ("https://shop.example", "https#58;//shop.example"),
    ("style:(a)", "style#58;#40;a#41;"), ("10.0.0.1:80", "10.0.0.1#58;80"), ("redis-7", "redis-7"),
    ("$$x$$", "#36;#8288;#36;x#36;#8288;#36;"),
  ])
  func `a name is no Markdown`(name: String, label: String) {
    #expect(MermaidText.label([name]) == "\"\(label)\"")
  }

  @Test func `the title says how far the map can be trusted and that it is a part`() {
    var map = Shop.map
    map.narrowing.question = "{ name = \"</b>\\\n\" }"
    map.narrowing.traces = 12
    let title = ServiceMapMermaid(map).text.split(separator: "\n")[1]
    #expect(
      title.hasPrefix(
        #"title: "Service map · 2026-11-21 03:00:00 – 04:00:00 UTC · 12 traces with \x7B name = \x22\x3C/b\x3E\x5C␊\x22 \x7D · "#
      ))
    #expect(title.contains("99.7% of calls paired"))
  }

  @Test func `a chart that Mermaid would refuse keeps the busiest edges and says what is left out`() throws {
    let text = ServiceMapMermaid(LargeSystem.map).text
    #expect(text.utf16.count < 50_000)
    let edges = text.split(separator: "\n").filter { $0.contains("->") || $0.contains("==>") }
    #expect(edges.count == Limits.mermaidEdges)
    let busiest = try #require(
      LargeSystem.map.edges.indices.max { LargeSystem.map.edges[$0].calls < LargeSystem.map.edges[$1].calls })
    let source = try #require(LargeSystem.map.nodes.firstIndex { $0.id == LargeSystem.map.edges[busiest].source })
    #expect(edges.contains { $0.contains(" n\(source) ") })
    #expect(text.contains(" · the busiest 480 of 2,000 edges · "))
    var loud = LargeSystem.map
    for number in loud.nodes.indices {
      loud.nodes[number].name = String(repeating: "a\u{301}\u{302}\u{303}", count: 40)
    }
    #expect(ServiceMapMermaid(loud).text.utf16.count < 50_000)
  }
}
