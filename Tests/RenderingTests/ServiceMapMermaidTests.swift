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
        line.wholeMatch(of: #/  n\d+[(\[>{]+"([a-zA-Z0-9 .,:\-\/%]|[^\x00-\x7f]|#\d+;|<br\/>)*"[)\]}]+/#) != nil,
        "\(line)")
      #expect(line.utf16.count < 2500)
    }
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
    #expect(text.contains("%% left out, as Mermaid draws no larger chart: "))
    var loud = LargeSystem.map
    for number in loud.nodes.indices {
      loud.nodes[number].name = String(repeating: "a\u{301}\u{302}\u{303}", count: 40)
    }
    #expect(ServiceMapMermaid(loud).text.utf16.count < 50_000)
  }
}
