import TraceModel

/// The rules, one after the other.
let plainSystems: [SmallSystem] = [
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
    fact: "capital letters make no other host",
    spans: [
      span("web", .client, 1, "url.full=https://API.Example/users/1"),
      span("web", .client, 2, "server.address=api.EXAMPLE"),
      span("web", .client, 3, "db.system.name=mysql", "server.address=DB", "db.namespace=Shop"),
      span("web", .client, 4, "db.system.name=mysql", "server.address=db", "db.namespace=Shop"),
    ], edges: ["service:web -> database:mysql@db/Shop database 2", "service:web -> external:api.example external 2"]),
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
      span("web", .server, 5, "rpc.response.status_code=RESOURCE_EXHAUSTED", status: .error),
      span("web", .server, 6, "rpc.response.status_code=NOT_FOUND", status: .error),
    ], edges: ["user -> service:web user 6 error 2 throttle 2 fault 1"]),
  SmallSystem(
    fact: "a failure may be told by an attribute alone, and a code still says which",
    spans: [
      span("web", .server, 1, "error.type=timeout"), span("web", .server, 2, Attribute("error", .bool(true))),
      span("web", .server, 3, "error=true"), span("web", .server, 4, "otel.status_code=ERROR"),
      span("web", .server, 5, "error.type=404", "http.response.status_code:404"),
      span("web", .server, 6, Attribute("error", .bool(false))), span("web", .server, 7, "otel.status_code=OK"),
    ], edges: ["user -> service:web user 7 error 1 fault 4"]),
]
