import Testing
import TraceModel

@testable import TraceQuery

@Suite struct MapQuestionTests {
  /// user → web → cart → redis; web → queue → mailer → smtp; batch → redis; lonely.
  private let map = ServiceMap(
    nodes: [
      node("database:redis@cache", "redis", .database), node("external:smtp", "smtp", .external),
      node("queue:kafka/orders", "orders", .queue), node("service:lonely", "lonely"),
      node("service:shop/batch", "batch", namespace: "shop"), node("service:shop/cart", "cart", namespace: "shop"),
      node("service:shop/mailer", "mailer", namespace: "shop"), node("service:shop/web", "web", namespace: "shop"),
      node("user", "user", .user),
    ],
    edges: [
      edge("queue:kafka/orders", "service:shop/mailer", .message, 4),
      edge("service:shop/batch", "database:redis@cache", .database, 1),
      edge("service:shop/cart", "database:redis@cache", .database, 50),
      edge("service:shop/mailer", "external:smtp", .external, 5),
      edge("service:shop/web", "queue:kafka/orders", .message, 4),
      edge("service:shop/web", "service:shop/cart", .call, 30),
      edge("user", "service:shop/web", .user, 6),
    ])

  private func names(_ question: MapQuestion) -> [String] { map.cut(question).nodes.map(\.name) }

  @Test func `the whole map is the map, and says nothing of a narrowing`() {
    #expect(map.cut(.whole) == map)
    #expect(map.cut(.whole).narrowing.isNothing)
  }

  @Test(
    arguments: [
      ("web", 1, ["orders", "cart", "mailer", "web", "user"]),
      ("web", 2, ["redis", "smtp", "orders", "cart", "mailer", "web", "user"]),
      ("redis", 1, ["redis", "batch", "cart"]), ("redis", 2, ["redis", "batch", "cart", "web"]),
      ("redis", 3, ["redis", "batch", "cart", "web", "user"]), ("shop/mailer", 1, ["smtp", "orders", "mailer", "web"]),
      ("service:lonely", 1_000_000_000, ["lonely"]), ("user", 1, ["web", "user"]), ("nobody", 1, []),
      ("orders", 1, ["orders", "mailer", "web"]),
    ])
  func `around a node are its callers and callees, and a queue on the way is no call`(
    center: String, depth: Int, expected: [String]
  ) throws {
    let question = try MapQuestion(around: center, depth: depth)
    #expect(names(question) == expected)
    let cut = map.cut(question)
    #expect(
      cut.edges.allSatisfy { edge in [edge.source, edge.target].allSatisfy { id in cut.nodes.contains { $0.id == id } }
      })
    #expect(cut.narrowing.around == center && cut.narrowing.depth == depth)
    #expect(Int(cut.narrowing.nodesLeftOut) == map.nodes.count - expected.count)
  }

  @Test func `small edges go, and nodes that had no others; what never had an edge stays`() throws {
    let cut = map.cut(try MapQuestion(shareMin: 0.06))
    #expect(cut.edges.map(\.calls) == [50, 30, 6])
    #expect(cut.nodes.map(\.name) == ["redis", "lonely", "cart", "web", "user"])
    #expect((cut.narrowing.nodesLeftOut, cut.narrowing.edgesLeftOut) == (4, 4))
    #expect(names(try MapQuestion(shareMin: 1)) == ["lonely"])
  }

  @Test(
    arguments: [
      (["user"], 8), (["redis"], 8), (["shop/cart", "service:shop/web"], 7), (["service"], 4),
      (["database", "queue"], 7),
      (["nobody"], 9), (["nobody", "user", "pos"], 8), (["service", "database", "queue", "external", "user"], 0),
    ])
  func `nodes are hidden by name, by ID and by kind, with their edges`(hidden: [String], left: Int) throws {
    let cut = map.cut(try MapQuestion(hidden: hidden))
    #expect(cut.nodes.count == left)
    #expect(
      cut.edges.allSatisfy { edge in [edge.source, edge.target].allSatisfy { id in cut.nodes.contains { $0.id == id } }
      })
    // A picture that says it is without something would otherwise have it.
    #expect(cut.narrowing.hidden == hidden.filter { $0 != "nobody" && $0 != "pos" })
  }

  @Test func `what cannot be asked says which part of the question it is`() {
    func parameter(_ ask: () throws(QuestionError) -> MapQuestion) -> String? {
      do { _ = try ask() } catch { return error.parameter }
      return nil
    }
    #expect(parameter { () throws(QuestionError) in try MapQuestion(traceQL: "{ nonsense") } == "where")
    #expect(parameter { () throws(QuestionError) in try MapQuestion(depth: 2) } == "depth")
    #expect(parameter { () throws(QuestionError) in try MapQuestion(around: "web", depth: 0) } == "depth")
    #expect(parameter { () throws(QuestionError) in try MapQuestion(shareMin: 1.01) } == "min_share")
    #expect(parameter { () throws(QuestionError) in try MapQuestion(shareMin: .nan) } == "min_share")
    #expect(parameter { () throws(QuestionError) in try MapQuestion(groupBy: "") } == "group_by")
    let many = [String](repeating: "a", count: QueryLimits.hiddenMax + 1)
    #expect(parameter { () throws(QuestionError) in try MapQuestion(hidden: many) } == "hide")
  }

  @Test(
    arguments: [
      ("1%", 0.01), ("0.01", 0.01), ("100%", 1), ("0", 0), ("1", 1), ("", nil), ("%", nil), ("101%", nil), ("-1%", nil),
      ("nan", nil), ("inf", nil), ("1 %", nil), ("one", nil),
    ] as [(String, Double?)])
  func `a share is a part of one, or per cent`(text: String, share: Double?) {
    #expect(MapQuestion.share(text) == share)
  }
}

private func node(
  _ id: String, _ name: String, _ kind: ServiceMap.NodeKind = .service, namespace: String? = nil
) -> ServiceMap.Node {
  ServiceMap.Node(id: id, name: name, namespace: namespace, kind: kind, spans: 1)
}

private func edge(
  _ source: String, _ target: String, _ kind: ServiceMap.EdgeKind, _ calls: UInt64
) -> ServiceMap.Edge {
  ServiceMap.Edge(
    source: source, target: target, kind: kind, calls: calls, outcomes: OutcomeCounts(ok: calls),
    latency: LatencySummary())
}
