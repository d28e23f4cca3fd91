import Testing
import TraceModel

@testable import Rendering

@Suite struct ServiceMapDOTTests {
  @Test func `the shop is drawn as it was approved`() throws {
    try Golden.expect(ServiceMapDOT(Shop.map).text, "shop.dot")
    try Golden.expect(ServiceMapDOT(Shop.map, theme: .dark).text, "shop-dark.dot")
    try Golden.expect(ServiceMapDOT(ServiceMap()).text, "empty.dot")
  }

  @Test func `Graphviz draws the shop, its figures, its legend and its tooltips`() throws {
    let svg = try Graphviz.run(ServiceMapDOT(Shop.map).text, format: "svg")
    #expect(svg.status == 0)
    #expect(svg.complaints == "")
    for words in [
      "2026&#45;11&#45;21 03:00:00 – 04:00:00 UTC", "99.7% of calls paired", ">api.cardpay.example<", ">database<",
      ">queue<",
      ">external<", "✖ 7.1% failed", "9,030 requests · p99 460ms", "8,012 messages", "dashed line: messages",
      "xlink:title=\"payment (service)",
    ] {
      #expect(svg.output.contains(words), "\(words)")
    }
  }

  @Test func `every kind has its own shape`() {
    let shapes = Set(ServiceMap.NodeKind.allCases.map { ServiceMapDOT.shape(of: $0) })
    #expect(shapes.count == ServiceMap.NodeKind.allCases.count)
  }

  @Test func `nodes, edge labels and the legend keep out of each other`() throws {
    let layout = try Layout(ServiceMapDOT(Shop.map).text)
    #expect(layout.boxes.count == Shop.map.nodes.count + Set(Shop.map.nodes.map(\.kind)).count)
    #expect(layout.labels.count == Shop.map.edges.count)
    for (number, box) in layout.boxes.enumerated() {
      for other in layout.boxes[(number + 1)...] { #expect(!box.overlaps(other), "\(box) \(other)") }
      for label in layout.labels { #expect(!box.overlaps(label), "\(box) \(label)") }
    }
    for (number, label) in layout.labels.enumerated() {
      for other in layout.labels[(number + 1)...] { #expect(!label.overlaps(other), "\(label) \(other)") }
    }
  }

  @Test(arguments: Hostile.names.indices)
  func `any name makes a map that Graphviz draws without a complaint`(number: Int) throws {
    let name = Hostile.names[number]
    var map = ServiceMap(from: Shop.map.from)
    for kind in ServiceMap.NodeKind.allCases {
      map.nodes.append(Shop.node("\(kind):\(name)", name, kind, name, ok: 3, fault: 2))
    }
    map.nodes.append(Shop.node("end", "end", .service, ok: 1))
    for kind in ServiceMap.EdgeKind.allCases {
      map.edges.append(Shop.edge("service:\(name)", "end", kind, ok: 1, error: 1))
      map.edges.append(Shop.edge("end", "external:\(name)", kind, ok: 1))
    }
    let text = ServiceMapDOT(map).text
    #expect(text.utf8.count < 250_000)
    let svg = try Graphviz.run(text, format: "svg")
    #expect(svg.status == 0)
    #expect(svg.complaints == "")
    #expect(svg.output.components(of: "class=\"node\"") == map.nodes.count + ServiceMap.NodeKind.allCases.count)
    #expect(svg.output.components(of: "class=\"edge\"") == map.edges.count)
  }

  @Test(arguments: [
    ("<b>&", "&lt;b&gt;&amp;"), ("&lt;", "&amp;lt;"), ("a\"b", "a&quot;b"), ("back\\slash", "back\\slash"),
    ("two\nlines", "two␊lines"), ("\\N \\n \\\\", "\\N \\n \\\\"), ("שלום", "שלום"),
  ])
  func `a name reads in the picture as it was sent`(name: String, svgText: String) throws {
    let map = ServiceMap(nodes: [Shop.node("a", name, .service, ok: 1)])
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    #expect(svg.output.contains(">\(svgText)</text>"))
    #expect(svg.output.contains("xlink:title=\"\(svgText) (service)"))
  }

  @Test func `an edge whose end is missing is left out`() throws {
    var map = Shop.map
    map.nodes.removeFirst()
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    #expect(svg.status == 0)
    #expect(svg.output.components(of: "id=\"e") == Shop.map.edges.count - 1)
  }

  @Test func `a large dense map with circles is drawn in time`() throws {
    var random = SeededRandom(seed: 11)
    var map = ServiceMap()
    for number in 0..<300 { map.nodes.append(Shop.node("s\(number)", "service-\(number)", .service, ok: 10)) }
    for _ in 0..<2_000 {
      let (source, target) = (random.next(below: 300), random.next(below: 300))
      map.edges.append(Shop.edge("s\(source)", "s\(target)", .call, ok: 9, fault: random.next(below: 20) == 0 ? 1 : 0))
    }
    let start = ContinuousClock.now
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    #expect(svg.status == 0)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test func `counts at the end of the integers do not trap`() throws {
    let most = OutcomeCounts(ok: .max, error: .max, throttle: .max, fault: .max)
    let latency = LatencySummary(count: .max, max: Duration(nanoseconds: .max))
    let map = ServiceMap(
      coverage: ServiceMap.Coverage(spans: .max, paired: .max, unpaired: .max, late: .max, skewed: .max),
      nodes: [ServiceMap.Node(id: "a", name: "a", kind: .service, spans: .max, outcomes: most, latency: latency)],
      edges: [
        ServiceMap.Edge(source: "a", target: "a", kind: .call, calls: .max, outcomes: most, latency: latency),
        ServiceMap.Edge(
          source: "a", target: "a", kind: .message, calls: 0, outcomes: OutcomeCounts(), latency: LatencySummary()),
      ])
    #expect(try Graphviz.run(ServiceMapDOT(map).text, format: "svg").status == 0)
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
