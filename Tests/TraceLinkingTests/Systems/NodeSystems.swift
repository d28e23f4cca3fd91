import TraceLinking
import TraceModel

/// Whom a span means that nobody answers, and who answers after all.
let nodeSystems: [SmallSystem] = [
  SmallSystem(
    fact: "a cache is a kind of node of its own",
    spans: [
      span("web", .client, 1, "db.system.name=redis", "server.address=r", "server.port:6379"),
      span("web", .client, 2, "db.system=memcached", "net.peer.name=m"),
    ],
    edges: ["service:web -> cache:memcached@m database 1", "service:web -> cache:redis@r:6379 database 1"]),
  SmallSystem(
    fact: "two databases of one number on two hosts are two",
    spans: [
      span("web", .client, 1, "db.system.name=redis", "server.address=a", "db.namespace=0"),
      span("web", .client, 2, "db.system.name=redis", "server.address=b", "db.namespace=0"),
    ],
    edges: ["service:web -> cache:redis@a/0 database 1", "service:web -> cache:redis@b/0 database 1"]),
  SmallSystem(
    fact: "a database that mostly answers by itself is itself, even where its spans are lost",
    spans: [
      span("web", .client, 1, "db.system.name=tidb"), span("tidb", .server, 2, parent: 1),
      span("web", .client, 3, "db.system.name=tidb"), span("tidb", .server, 4, parent: 3),
      span("web", .client, 5, "db.system.name=tidb"),
    ],
    edges: ["service:web -> service:tidb call 3"]),
  SmallSystem(
    fact: "one stray child does not make a service of a database",
    spans: [
      span("web", .client, 1, "db.system.name=mysql"), span("web", .client, 2, "db.system.name=mysql"),
      span("web", .client, 3, "db.system.name=mysql"), span("cart", .internal, 4, parent: 3),
    ],
    edges: ["service:web -> database:mysql database 2", "service:web -> service:cart call 1"]),
  SmallSystem(
    fact: "a peer name outranks an address, and its newer attribute the older one",
    spans: [
      span("web", .client, 1, "service.peer.name=pay", "peer.service=old", "server.address=10.0.0.1"),
      span("web", .client, 2, "peer.service=old", "server.address=10.0.0.1"),
    ],
    edges: ["service:web -> external:old external 1", "service:web -> external:pay external 1"]),
  SmallSystem(
    fact: "a peer is the service of the namespace that is given with it",
    spans: [
      span("shop/web", .client, 1, "service.peer.name=pay", "service.peer.namespace=bank"),
      span("bank/pay", .server, 9, parent: 8), span("shop/pay", .server, 7, parent: 8),
    ],
    edges: ["service:shop/web -> service:bank/pay call 1"], unpaired: 2),
  SmallSystem(
    fact: "an RPC service outranks the address that a connection led to, and not the one that the caller used",
    spans: [
      span("web", .client, 1, "rpc.system.name=grpc", "rpc.service=shop.Cart", "network.peer.address=10.0.0.7"),
      span("web", .client, 2, "rpc.system.name=grpc", "rpc.service=shop.Cart", "server.address=cart.local"),
    ],
    edges: ["service:web -> external:cart.local external 1", "service:web -> external:shop.Cart external 1"]),
  SmallSystem(
    fact: "the address of a connection is the last resort before the URL",
    spans: [
      span("web", .client, 1, "network.peer.address=10.0.0.7", "network.peer.port:9000", "url.full=http://x/1"),
      span("web", .client, 2, "net.sock.peer.addr=10.0.0.8", "net.sock.peer.port:9001"),
    ],
    edges: ["service:web -> external:10.0.0.7:9000 external 1", "service:web -> external:10.0.0.8:9001 external 1"]),
]

/// What careless, broken and hostile senders make.
let strangeSystems: [SmallSystem] = [
  SmallSystem(
    fact: "spans that name no service are of the unknown one",
    spans: [span("", .server, 1), span("cart", .server, 2, parent: 1)],
    edges: ["service:unknown_service -> service:cart call 1", "user -> service:unknown_service user 1"]),
  SmallSystem(
    fact: "a kind that nobody knows calls across services like any other",
    spans: [span("web", SpanKind(rawValue: 77), 1), span("cart", SpanKind(rawValue: -3), 2, parent: 1)],
    edges: ["service:web -> service:cart call 1"]),
  SmallSystem(
    fact: "a circle of parents is as many calls as it has spans",
    spans: [
      span("a", .internal, 1, parent: 3), span("b", .internal, 2, parent: 1), span("c", .internal, 3, parent: 2),
    ],
    edges: [
      "service:a -> service:b call 1", "service:b -> service:c call 1", "service:c -> service:a call 1",
    ]),
  SmallSystem(
    fact: "of two spans of one ID the earlier one is the parent",
    spans: [
      span("web", .client, 7, start: 1), span("shop", .client, 7, start: 2), span("cart", .server, 9, parent: 7),
    ],
    edges: ["service:web -> service:cart call 1"], unpaired: 1),
  SmallSystem(
    fact: "a name of any letters is that name",
    spans: [
      span("say \"hi\"\n<b>", .client, 1), span("שלום👩‍👩‍👧", .server, 2, parent: 1),
    ],
    edges: ["service:say \"hi\"\n<b> -> service:שלום👩‍👩‍👧 call 1"]),
  SmallSystem(
    fact: "a callee that worked longer than its caller waited measures no network",
    spans: [span("web", .client, 1, lasts: 5), span("cart", .server, 2, parent: 1, lasts: 9)],
    edges: ["service:web -> service:cart call 1"], times: [""]),
  SmallSystem(
    fact: "what the caller waited longer than the callee worked is the network's, whatever their clocks say",
    spans: [
      span("web", .client, 1, lasts: 30), span("cart", .server, 2, parent: 1, start: 7_200_000, lasts: 20),
    ],
    edges: ["service:web -> service:cart call 1"], times: ["service:web -> service:cart network 10ms"]),
]

/// Spans that stand for several.
let sampledSystems: [SmallSystem] = [
  SmallSystem(
    fact: "a span of which one in four was kept is four calls, estimated",
    spans: [
      span("web", .client, 1).sampled("ot=th:c"), span("cart", .server, 2, parent: 1).sampled("ot=th:c"),
    ],
    edges: ["service:web -> service:cart call 4 estimated"]),
  SmallSystem(
    fact: "the older form of probability, among the members of other tracers",
    spans: [span("web", .server, 1).sampled("es=s:0.1, ot=r:9;p:3,dd=s:1")],
    edges: ["user -> service:web user 8 estimated"]),
  SmallSystem(
    fact: "a ratio among the attributes scales, too",
    spans: [
      span("web", .server, 1, Attribute("sampling.ratio", .double(0.5))), span("web", .server, 2, "SampleRate:10"),
      span("web", .server, 3, "X-SampleRatio=0.25"),
    ],
    edges: ["user -> service:web user 16 estimated"]),
  SmallSystem(
    fact: "everything kept is nothing estimated",
    spans: [
      span("web", .server, 1).sampled("ot=th:0"), span("web", .server, 2).sampled("ot=th:zz"),
      span("web", .server, 3, Attribute("sampling.ratio", .double(0))),
      span("web", .server, 4, Attribute("sampling.ratio", .double(.nan))),
    ],
    edges: ["user -> service:web user 4"]),
  SmallSystem(
    fact: "a factor past all bounds counts as the highest",
    spans: [span("web", .server, 1).sampled("ot=th:ffffffffffffff")],
    edges: ["user -> service:web user 1048576 estimated"]),
]
