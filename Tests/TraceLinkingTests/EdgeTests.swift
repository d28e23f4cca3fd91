import Testing
import TraceLinking
import TraceModel

/// A small system and the map it must draw. Edges are `source -> target kind calls`, with the failures that are not 0.
struct SmallSystem: Sendable, CustomTestStringConvertible {
  var fact: String
  var spans: [Span]
  var edges: [String]
  var unpaired: UInt64 = 0

  var testDescription: String { fact }
}

private let systems: [SmallSystem] = [
  SmallSystem(
    fact: "a client span and its server child in another service are one call",
    spans: [span("web", .client, 1), span("cart", .server, 2, parent: 1)],
    edges: ["service:web -> service:cart call 1"]),
  SmallSystem(
    fact: "a service is its namespace and its name",
    spans: [span("shop/web", .client, 1), span("shop/cart", .server, 2, parent: 1)],
    edges: ["service:shop/web -> service:shop/cart call 1"]),
  SmallSystem(
    fact: "kinds do not matter across services: an INTERNAL parent calls too",
    spans: [span("web", .internal, 1), span("cart", .internal, 2, parent: 1)],
    edges: ["service:web -> service:cart call 1"]),
  SmallSystem(
    fact: "an INTERNAL child in the same service is no call",
    spans: [span("web", .server, 1), span("web", .internal, 2, parent: 1)],
    edges: ["user -> service:web user 1"]),
  SmallSystem(
    fact: "inside one service only the two ends of a call are one",
    spans: [span("web", .client, 1), span("web", .server, 2, parent: 1)],
    edges: ["service:web -> service:web call 1"]),
  SmallSystem(
    fact: "a server span without a parent is called by the user",
    spans: [span("web", .server, 1)], edges: ["user -> service:web user 1"]),
  SmallSystem(
    fact: "a server span whose parent was never seen is unpaired",
    spans: [span("web", .server, 1, parent: 99)], edges: [], unpaired: 1),
  SmallSystem(
    fact: "retries are separate calls",
    spans: [
      span("web", .client, 1), span("cart", .server, 2, parent: 1), span("web", .client, 3),
      span("cart", .server, 4, parent: 3),
    ], edges: ["service:web -> service:cart call 2"]),
  SmallSystem(
    fact: "two children in other services are two calls",
    spans: [span("web", .client, 1), span("cart", .server, 2, parent: 1), span("stock", .server, 3, parent: 1)],
    edges: ["service:web -> service:cart call 1", "service:web -> service:stock call 1"]),
  SmallSystem(
    fact: "a span received twice is counted once",
    spans: [span("web", .client, 1), span("cart", .server, 2, parent: 1), span("cart", .server, 2, parent: 1)],
    edges: ["service:web -> service:cart call 1"]),
  SmallSystem(
    fact: "spans of different traces with the same IDs are strangers",
    spans: [span("web", .client, 1, trace: 1), span("cart", .server, 2, parent: 1, trace: 2)],
    edges: [], unpaired: 2),
  SmallSystem(
    fact: "a call whose two ends share a span ID is found by its kinds",
    spans: [
      span("web", .server, 1), span("web", .client, 2, parent: 1), span("cart", .server, 2, parent: 1),
      span("cart", .client, 3, parent: 2, "server.address=api.example"),
    ],
    edges: [
      "service:cart -> external:api.example external 1", "service:web -> service:cart call 1",
      "user -> service:web user 1",
    ], unpaired: 1),
  SmallSystem(
    fact: "a span that is its own parent calls nobody",
    spans: [span("web", .internal, 1, parent: 1)], edges: []),

  // Nodes that send no spans.
  SmallSystem(
    fact: "a database is its system, host, port and namespace",
    spans: [
      span(
        "web", .client, 1, "db.system.name=postgresql", "server.address=db", "server.port:5432", "db.namespace=shop")
    ], edges: ["service:web -> database:postgresql@db:5432/shop database 1"]),
  SmallSystem(
    fact: "older database attributes mean the same database",
    spans: [
      span("web", .client, 1, "db.system=postgresql", "net.peer.name=db", "net.peer.port:5432", "db.name=shop"),
      span(
        "cart", .client, 2, "db.system.name=postgresql", "server.address=db", "server.port:5432", "db.namespace=shop"),
    ],
    edges: [
      "service:cart -> database:postgresql@db:5432/shop database 1",
      "service:web -> database:postgresql@db:5432/shop database 1",
    ]),
  SmallSystem(
    fact: "a database that sends spans of its own replaces the inferred one",
    spans: [span("web", .client, 1, "db.system.name=tidb"), span("tidb", .server, 2, parent: 1)],
    edges: ["service:web -> service:tidb call 1"]),
  SmallSystem(
    fact: "a client span that names no peer is unpaired",
    spans: [span("web", .client, 1)], edges: [], unpaired: 1),
  SmallSystem(
    fact: "the default ports of HTTP are left out of an external's name",
    spans: [
      span("web", .client, 1, "server.address=api.example", "server.port:443"),
      span("web", .client, 2, "server.address=api.example", "server.port:8443"),
    ],
    edges: [
      "service:web -> external:api.example external 1", "service:web -> external:api.example:8443 external 1",
    ]),
  SmallSystem(
    fact: "of a URL only the host makes a node",
    spans: [
      span("web", .client, 1, "url.full=https://me@api.example:443/users/1?q=2"),
      span("web", .client, 2, "http.url=http://api.example/users/2"),
    ], edges: ["service:web -> external:api.example external 2"]),
  SmallSystem(
    fact: "the service part of an RPC method names its callee",
    spans: [span("web", .client, 1, "rpc.system=grpc", "rpc.method=shop.Cart/Add")],
    edges: ["service:web -> external:shop.Cart external 1"]),
  SmallSystem(
    fact: "a peer name means the service beside the caller if there is one",
    spans: [span("shop/web", .client, 1, "peer.service=cart"), span("shop/cart", .server, 9, parent: 8)],
    edges: ["service:shop/web -> service:shop/cart call 1"], unpaired: 1),
  SmallSystem(
    fact: "a peer name that nobody bears is outside, and the same as an external of that name",
    spans: [
      span("web", .client, 1, "peer.service=fax"), span("web", .client, 2, "server.address=fax"),
    ], edges: ["service:web -> external:fax external 2"]),

  // Messages.
  SmallSystem(
    fact: "a message goes from producer to destination to consumer",
    spans: [
      span("shop", .producer, 1, "messaging.system=kafka", "messaging.destination.name=orders"),
      span("mail", .consumer, 2, parent: 1, "messaging.system=kafka", "messaging.destination.name=orders"),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "every consumer of one message is a call",
    spans: [
      span("shop", .producer, 1, "messaging.system=kafka", "messaging.destination.name=orders"),
      span("mail", .consumer, 2, parent: 1, "messaging.system=kafka", "messaging.destination.name=orders"),
      span("mail", .consumer, 3, parent: 1, "messaging.system=kafka", "messaging.destination.name=orders"),
    ],
    edges: ["queue:kafka/orders -> service:mail message 2", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "one end that names the destination is enough: the producer",
    spans: [
      span("shop", .producer, 1, "messaging.system=kafka", "messaging.destination.name=orders"),
      span("mail", .consumer, 2, parent: 1),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "one end that names the destination is enough: the consumer",
    spans: [
      span("shop", .producer, 1),
      span("mail", .consumer, 2, parent: 1, "messaging.system=kafka", "messaging.destination=orders"),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "a message whose destination nobody names is one direct edge",
    spans: [span("shop", .producer, 1), span("mail", .consumer, 2, parent: 1)],
    edges: ["service:shop -> service:mail message 1"]),
  SmallSystem(
    fact: "a consumer without a parent still takes from its destination",
    spans: [span("mail", .consumer, 2, "messaging.system=kafka", "messaging.destination.name=orders")],
    edges: ["queue:kafka/orders -> service:mail message 1"]),
  SmallSystem(
    fact: "receiving is a client span that takes from the destination, and settling is no call",
    spans: [
      span(
        "mail", .client, 1, "messaging.system=sqs", "messaging.destination.name=q", "messaging.operation.type=receive"),
      span(
        "mail", .client, 2, "messaging.system=sqs", "messaging.destination.name=q", "messaging.operation.type=settle"),
    ], edges: ["queue:sqs/q -> service:mail message 1"]),
  SmallSystem(
    fact: "receiving and processing one message is one edge",
    spans: [
      span(
        "mail", .client, 1, "messaging.system=sqs", "messaging.destination.name=q", "messaging.operation.type=receive"),
      span("mail", .consumer, 2, parent: 1, "messaging.system=sqs", "messaging.destination.name=q"),
    ], edges: ["queue:sqs/q -> service:mail message 1"]),
  SmallSystem(
    fact: "a template names the destination before the name does",
    spans: [
      span(
        "shop", .producer, 1, "messaging.system=nats", "messaging.destination.template=orders.{id}",
        "messaging.destination.name=orders.17")
    ], edges: ["service:shop -> queue:nats/orders.{id} message 1"]),

  // Outcomes.
  SmallSystem(
    fact: "an edge's failures are the caller's view",
    spans: [
      span("web", .client, 1, "http.response.status_code:503", status: .error), span("cart", .server, 2, parent: 1),
    ], edges: ["service:web -> service:cart call 1 fault 1"]),
  SmallSystem(
    fact: "4xx is an error, 429 a throttle, 5xx and a bare ERROR status are faults",
    spans: [
      span("web", .server, 1, "http.response.status_code:404"), span("web", .server, 2, "http.status_code:429"),
      span("web", .server, 3, "http.response.status_code:500"), span("web", .server, 4, status: .error),
      span("web", .server, 5, "http.response.status_code:200"),
    ], edges: ["user -> service:web user 5 error 1 throttle 1 fault 2"]),
  SmallSystem(
    fact: "gRPC codes are told apart by whose fault they are",
    spans: [
      span("web", .server, 1, "rpc.grpc.status_code:5", status: .error),
      span("web", .server, 2, "rpc.grpc.status_code:8"),
      span("web", .server, 3, "rpc.status_code=UNAVAILABLE"), span("web", .server, 4, "rpc.grpc.status_code:0"),
    ], edges: ["user -> service:web user 4 error 1 throttle 1 fault 1"]),
]

@Suite struct EdgeTests {
  @Test(arguments: systems) func `the map is exactly the calls made`(_ system: SmallSystem) throws {
    let map = try map(of: [system.spans])
    #expect(map.edges.map(\.text) == system.edges)
    #expect(map.coverage.unpaired == system.unpaired)
    #expect(map.edges.allSatisfy { $0.outcomes.total == $0.calls && $0.latency.count == $0.calls })
    #expect(map.nodes.allSatisfy { $0.outcomes.total == $0.latency.count })
  }

  @Test(arguments: systems) func `the order of arrival changes nothing`(_ system: SmallSystem) throws {
    let expected = try map(of: [system.spans])
    #expect(try map(of: system.spans.reversed().map { [$0] }) == expected)
    #expect(try map(of: [system.spans.shuffled(seed: 42)]) == expected)
  }

  @Test func `a node serves what came from outside, not what it does inside`() throws {
    let map = try map(of: [
      [
        span("web", .server, 1, lasts: 50), span("web", .internal, 2, parent: 1), span("web", .client, 3, parent: 2),
        span("cart", .server, 4, parent: 3, lasts: 20),
      ]
    ])
    let web = try #require(map.nodes.first { $0.name == "web" })
    #expect(web.spans == 3)
    #expect(web.latency.count == 1)
    #expect(web.latency.max == .milliseconds(50))
  }

  @Test func `an edge's latency is the caller's`() throws {
    let map = try map(of: [[span("web", .client, 1, lasts: 30), span("cart", .server, 2, parent: 1, lasts: 20)]])
    #expect(map.edges.first?.latency.max == .milliseconds(30))
    let plain = try self.map(of: [
      [span("web", .internal, 1, lasts: 30), span("cart", .server, 2, parent: 1, lasts: 20)]
    ])
    #expect(plain.edges.first?.latency.max == .milliseconds(20))
  }

  @Test func `a parent outside of the window is found but not counted`() throws {
    var graph = CallGraph()
    let spans = [span("web", .client, 1), span("cart", .server, 2, parent: 1)]
    try graph.add(SpanBatch(spans)) { $0 == 0 ? .context : .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.map(\.text) == ["service:web -> service:cart call 1"])
    #expect(map.coverage.spans == 1)
    #expect(map.coverage.paired == 1)
  }

  @Test func `a call belongs to the window in which the callee ended`() throws {
    var graph = CallGraph()
    let spans = [span("web", .client, 1), span("cart", .server, 2, parent: 1)]
    try graph.add(SpanBatch(spans)) { $0 == 0 ? .counted : .context }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.isEmpty)
    #expect(map.coverage.paired == 1 && map.coverage.unpaired == 0)
  }

  @Test func `a request is served whether or not its caller was seen`() throws {
    let map = try map(of: [[span("web", .server, 1, parent: 99), span("web", .consumer, 2, parent: 98)]])
    #expect(map.nodes.first?.latency.count == 2)
  }

  @Test func `spans past the bound count for their node and as unpaired`() throws {
    var limits = LinkingLimits()
    limits.pairableSpansMax = 1
    var graph = CallGraph(limits: limits)
    try graph.add(SpanBatch([span("web", .client, 1), span("cart", .server, 2, parent: 1)])) { _ in .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.coverage.unpaired == 2)
    #expect(map.coverage.spans == 2)
  }

  @Test func `nodes past the bound are drawn as one`() throws {
    var limits = LinkingLimits()
    limits.servicesMax = 3
    var graph = CallGraph(limits: limits)
    let spans = (1...10).map { span("service\($0)", .server, $0, parent: 99) }
    try graph.add(SpanBatch(spans)) { _ in .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.nodes.count == 4)
    #expect(map.nodes.first { $0.name == "__other__" }?.spans == 7)
  }

  @Test func `an ID used 100,000 times takes no longer than as many IDs`() throws {
    let spans = (0..<100_000).map { span("web", .internal, 7, parent: 7, start: $0) }
    let map = try map(of: [spans])
    #expect(map.coverage.spans == 100_000)
    #expect(TraceLinker.link(spans[0].traceID, spans).spans.count == 100_000)
  }

  @Test func `impossible times do not stretch the map's`() throws {
    var graph = CallGraph()
    var skewed = span("web", .server, 2)
    skewed.end = Timestamp(unixNanoseconds: .max)
    let sound = span("web", .server, 1)
    try graph.add(SpanBatch([skewed, sound])) { $0 == 0 ? .skewed : .counted }
    let aggregates = graph.join()
    #expect(aggregates.serviceMap(.all, overwrittenBefore: nil).to == sound.end)
    #expect(aggregates.services().map(\.last) == [sound.end])
  }

  @Test func `a name without end is drawn with the others past the bound`() throws {
    let map = try map(of: [[span(String(repeating: "x", count: 20_000), .server, 1), span("web", .server, 2)]])
    #expect(map.nodes.map(\.name).sorted() == ["__other__", "user", "web"])
  }

  private func map(of batches: [[Span]]) throws -> ServiceMap {
    var graph = CallGraph()
    for spans in batches { try graph.add(SpanBatch(spans)) { _ in .counted } }
    return graph.join().serviceMap(.all, overwrittenBefore: nil)
  }
}

extension ServiceMap.Edge {
  fileprivate var text: String {
    let failures = [("error", outcomes.error), ("throttle", outcomes.throttle), ("fault", outcomes.fault)]
    return
      (["\(source) -> \(target) \(kind.rawValue) \(calls)"]
      + failures.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }).joined(separator: " ")
  }
}
