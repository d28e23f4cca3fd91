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
      ">queue<", ">cache<", ">queued p99 1.45s<",
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

  @Test func `nodes and edge labels keep out of each other`() throws {
    let layout = try Layout(ServiceMapDOT(Shop.map).text)
    #expect(layout.boxes.count == Shop.map.nodes.count)
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
    #expect(svg.output.components(of: "class=\"node\"") == map.nodes.count)
    #expect(svg.output.components(of: "class=\"edge\"") == map.edges.count)
  }

  @Test(arguments: [
    ("<b>&", "&lt;b&gt;&amp;"), ("&lt;", "&amp;lt;"), ("a\"b", "a&quot;b"), ("back\\slash", "back\\slash"),
    ("two\nlines", "two␊lines"), ("\\N \\n \\\\", "\\N \\n \\\\"), ("שלום", "שלום"), ("]", "]"), ("[::1]", "[::1]"),
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

  @Test func `the same system drawn again with other figures stands where it stood`() throws {
    var other = Shop.map
    var random = SeededRandom()
    for number in other.nodes.indices { other.nodes[number].latency.count = UInt64(random.next(below: 1_000_000)) }
    for number in other.edges.indices { other.edges[number].calls = UInt64(1 + random.next(below: 1_000_000)) }
    #expect(try order(Shop.map) == order(other), "seed \(random.seed)")
    let grids = [LargeSystem.make(seed: 3), LargeSystem.make(seed: 3, figures: 4)].map { map in
      ServiceMapDOT(map).text.matches(of: #/ pos="[^"]*"/#).map(\.output)
    }
    #expect(grids[0] == grids[1])
  }

  /// The nodes in each column, from top to bottom.
  private func order(_ map: ServiceMap) throws -> [[String]] {
    let boxes = try Layout(ServiceMapDOT(map).text).boxes
    let columns = Dictionary(grouping: boxes) { Int((($0.left + $0.right) / 80).rounded()) }
    return columns.sorted { $0.key < $1.key }.map { $0.value.sorted { $0.top > $1.top }.map(\.name) }
  }

  @Test func `300 nodes and 2,000 edges are drawn in a moment, in the proportions of a screen`() throws {
    #expect((LargeSystem.map.nodes.count, LargeSystem.map.edges.count) == (300, 2_000))
    let start = ContinuousClock.now
    let svg = try Graphviz.run(ServiceMapDOT(LargeSystem.map).text, format: "svg")
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(svg.status == 0)
    #expect(svg.complaints == "")
    #expect(svg.output.components(of: "class=\"node\"") == 300)
    #expect(svg.output.components(of: "class=\"edge\"") == 2_000)
    let size = try #require(svg.output.firstMatch(of: #/<svg width="(\d+)pt" height="(\d+)pt"/#)?.output)
    let (width, height) = (try #require(Double(size.1)), try #require(Double(size.2)))
    #expect(1.2...2 ~= width / height)
  }

  @Test func `a dense map of few nodes is no larger than its nodes need`() throws {
    let names = (0..<12).map { "namespace-\($0)" }
    let map = ServiceMap(
      nodes: names.map { Shop.node($0, $0, .service, ok: 9) },
      edges: names.flatMap { source in names.map { Shop.edge(source, $0, .call, ok: 9) } })
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    let size = try #require(svg.output.firstMatch(of: #/<svg width="(\d+)pt" height="(\d+)pt"/#)?.output)
    #expect(try #require(Int(size.1)) < 1_200 && #require(Int(size.2)) < 1_000)
    #expect(svg.output.components(of: "class=\"edge\"") == 144)
  }

  @Test func `nodes of a large map do not touch`() throws {
    let boxes = try Layout(ServiceMapDOT(LargeSystem.map).text).boxes
    #expect(boxes.count == 300)
    let touching = boxes.indices.filter { number in boxes[(number + 1)...].contains { $0.overlaps(boxes[number]) } }
    #expect(touching.isEmpty)
  }

  @Test func `a map of circles, of parts that do not touch and of nodes without edges is drawn`() throws {
    var random = SeededRandom(seed: 11)
    var map = ServiceMap()
    for number in 0..<400 { map.nodes.append(Shop.node("s\(number)", "service-\(number)", .service, ok: 10)) }
    for _ in 0..<2_000 {
      let (source, target) = (random.next(below: 150), random.next(below: 150))
      map.edges.append(Shop.edge("s\(source)", "s\(target)", .call, ok: 9, fault: random.next(below: 20) == 0 ? 1 : 0))
    }
    for number in 200..<250 { map.edges.append(Shop.edge("s\(number)", "s\(number)", .call, ok: 1)) }
    for number in 250..<300 { map.edges.append(Shop.edge("s\(number)", "s\((number + 1) % 300)", .call, ok: 1)) }
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    #expect(svg.status == 0)
    #expect(svg.complaints == "")
    #expect(svg.output.components(of: "class=\"edge\"") == map.edges.count)
  }

  @Test func `the size that is asked for shows`() {
    func widths(_ sizing: MapStyle.Sizing) -> Set<Substring> {
      Set(ServiceMapDOT(Shop.map, sizing: sizing).text.matches(of: #/penwidth=(\d.\d), arrowsize/#).map(\.output.1))
    }
    #expect(widths(.traffic).count > 3)
    #expect(widths(.latency) != widths(.traffic))
    // One for each step of health.
    #expect(widths(.even).count == 3)
    #expect(!ServiceMapDOT(Shop.map, sizing: .even).text.contains("wider line"))
  }

  @Test func `a map that was narrowed down says so`() throws {
    var map = Shop.map
    map.narrowing.question = "{ name = \"</TABLE>\" }"
    map.narrowing.traces = 12
    map.narrowing.around = "checkout"
    map.narrowing.depth = 2
    map.narrowing.shareMin = 0.01
    map.narrowing.hidden = ["user"]
    (map.narrowing.nodesLeftOut, map.narrowing.edgesLeftOut) = (3, 1)
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    #expect(
      svg.output.contains(
        ">12 traces with { name = &quot;&lt;/TABLE&gt;&quot; } · around checkout, 2 calls deep · edges with at least 1.0% "
          + "of all calls</text>"))
    #expect(svg.output.contains(">without user · 3 nodes and 1 edge left out</text>"))
  }

  @Test func `a long title makes no picture wide, and its legend stays together`() throws {
    var map = Shop.map
    map.narrowing.question = "{ \(String(repeating: "name = \"a\" && ", count: 40)) }"
    map.narrowing.hidden = (0..<5).map { "\(String(repeating: "h", count: 30))-\($0)" }
    let svg = try Graphviz.run(ServiceMapDOT(map).text, format: "svg")
    func place(_ text: String) throws -> Double {
      let found = try #require(
        svg.output.firstMatch(of: try Regex("x=\"([0-9.]+)\"[^>]*>\(text)", as: (Substring, Substring).self)))
      return try #require(Double(found.output.1))
    }
    let swatch = try place("■<")
    #expect(try place("under 1% fail") - swatch < 20)
    let lines = svg.output.matches(of: #/<text[^>]*>([^<]*)/#).map(\.output.1)
    #expect(try #require(lines.map { $0.replacing(#/&#?\w+;/#, with: "x").count }.max()) < 200)
  }

  @Test func `a map of which nothing is left is not called empty`() {
    var map = ServiceMap()
    map.narrowing.around = "nope"
    map.narrowing.nodesLeftOut = 14
    #expect(ServiceMapDOT(map).text.contains("Nothing is left of this map."))
    #expect(ServiceMapMermaid(map).text.contains("Nothing is left of this map."))
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
