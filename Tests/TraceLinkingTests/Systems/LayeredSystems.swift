import TraceLinking
import TraceModel

/// Libraries on top of each other, each of them traced: several spans that tell of one call.
let layeredSystems: [SmallSystem] = [
  SmallSystem(
    fact: "a mapper of objects and the driver beneath it make one call",
    spans: [
      span("web", .server, 1), span("web", .client, 2, parent: 1, postgres, db, shop, lasts: 30),
      span("web", .client, 3, parent: 2, postgres, db, shop),
    ],
    edges: ["service:web -> database:postgresql@db/shop database 1", "user -> service:web user 1"]),
  SmallSystem(
    fact: "what the upper layer leaves out the lower one may say",
    spans: [
      span("web", .client, 2, postgres), span("web", .client, 3, parent: 2, postgres, db, "server.port:5432", shop),
    ],
    edges: ["service:web -> database:postgresql@db:5432/shop database 1"]),
  SmallSystem(
    fact: "one span around three queries is three calls",
    spans: [
      span("web", .client, 2, postgres, db), span("web", .client, 3, parent: 2, postgres, db),
      span("web", .client, 4, parent: 2, postgres, db), span("web", .client, 5, parent: 2, postgres, db),
    ],
    edges: ["service:web -> database:postgresql@db database 3"]),
  SmallSystem(
    fact: "internal steps between two layers change nothing",
    spans: [
      span("web", .client, 2, postgres, db), span("web", .internal, 3, parent: 2), span("web", .internal, 4, parent: 3),
      span("web", .client, 5, parent: 4, postgres, db),
    ],
    edges: ["service:web -> database:postgresql@db database 1"]),
  SmallSystem(
    fact: "another database inside of a call to one is another call",
    spans: [
      span("web", .client, 2, postgres, db, shop), span("web", .client, 3, parent: 2, postgres, db, "db.namespace=x"),
      span("web", .client, 4, parent: 2, "db.system.name=mysql", db),
    ],
    edges: [
      "service:web -> database:mysql@db database 1", "service:web -> database:postgresql@db/shop database 1",
      "service:web -> database:postgresql@db/x database 1",
    ]),
  SmallSystem(
    fact: "two queries beside each other are two, even if two layers made them of one",
    spans: [
      span("web", .server, 1, parent: 99), span("web", .client, 2, parent: 1, postgres, db),
      span("web", .client, 3, parent: 1, postgres, db),
    ],
    edges: ["service:web -> database:postgresql@db database 2"], unpaired: 1),
  SmallSystem(
    fact: "the HTTP request of a database's client is that call to the database",
    spans: [
      span("web", .client, 1, "db.system.name=elasticsearch", "server.address=es", "server.port:9200"),
      span("web", .client, 2, parent: 1, "server.address=es", "server.port:9200", "http.request.method=GET"),
      span("web", .client, 3, parent: 1, "server.address=login.example"),
    ],
    edges: [
      "service:web -> database:elasticsearch@es:9200 database 1", "service:web -> external:login.example external 1",
    ]),
  SmallSystem(
    fact: "three layers of one database's client are one call",
    spans: [
      span("web", .client, 1, "db.system.name=elasticsearch", "server.address=es", "server.port:9200"),
      span("web", .client, 2, parent: 1, "server.address=es", "server.port:9200"),
      span("web", .client, 3, parent: 2, "server.address=es", "server.port:9200"),
    ],
    edges: ["service:web -> database:elasticsearch@es:9200 database 1"]),
  SmallSystem(
    fact: "the answer may come to the inner of two layers, or to the outer one",
    spans: [
      span("web", .client, 1, "server.address=cart"), span("web", .client, 2, parent: 1, "server.address=cart"),
      span("cart", .server, 3, parent: 2),
      span("web", .client, 4, "server.address=cart"), span("web", .client, 5, parent: 4, "server.address=cart"),
      span("cart", .server, 6, parent: 4),
    ],
    edges: ["service:web -> service:cart call 2"]),
  SmallSystem(
    fact: "a client span that names a service, around one that reaches it, is the same call",
    spans: [
      span("web", .client, 1, "peer.service=cart"), span("web", .client, 2, parent: 1, "server.address=10.0.0.1"),
      span("cart", .server, 3, parent: 2),
    ],
    edges: ["service:web -> service:cart call 1"]),
  SmallSystem(
    fact: "a client span that names nobody is paired by the one inside of it",
    spans: [span("web", .client, 1), span("web", .client, 2, parent: 1, "server.address=api")],
    edges: ["service:web -> external:api external 1"]),
  SmallSystem(
    fact: "a token that is fetched within a call is a call of its own",
    spans: [
      span("web", .client, 1, "server.address=api"), span("web", .client, 2, parent: 1, "server.address=auth"),
      span("auth", .server, 3, parent: 2),
    ],
    edges: ["service:web -> external:api external 1", "service:web -> service:auth call 1"]),
  SmallSystem(
    fact: "a failure that only the upper layer saw is the call's",
    spans: [
      span("web", .client, 1, "rpc.system=aws-api", "server.address=s3", "http.status_code:429"),
      span("web", .client, 2, parent: 1, "server.address=s3"),
      span("web", .client, 3, postgres, status: .error), span("web", .client, 4, parent: 3, postgres),
    ],
    edges: [
      "service:web -> database:postgresql database 1 fault 1", "service:web -> external:s3 external 1 throttle 1",
    ]),
  SmallSystem(
    fact: "a failure that the upper layer got over is the call's all the same",
    spans: [
      span("web", .client, 1, postgres), span("web", .client, 2, parent: 1, postgres, status: .error),
    ],
    edges: ["service:web -> database:postgresql database 1 fault 1"]),
  SmallSystem(
    fact: "of two tries within one span each ended as it says",
    spans: [
      span("web", .client, 1, postgres, status: .error), span("web", .client, 2, parent: 1, postgres),
      span("web", .client, 3, parent: 1, postgres, status: .error),
    ],
    edges: ["service:web -> database:postgresql database 2 fault 1"]),
  SmallSystem(
    fact: "a message that the broker refuses is a fault, though it was handed over well",
    spans: [
      span("shop", .producer, 1, rabbit, orders, status: .error), span("shop", .producer, 2, parent: 1, rabbit, orders),
      span("shop", .producer, 3, rabbit, orders), span("shop", .producer, 4, parent: 3, rabbit, orders),
    ],
    edges: ["service:shop -> queue:rabbitmq/orders message 2 fault 1"]),
]

private let postgres: Attribute = "db.system.name=postgresql"
private let db: Attribute = "server.address=db"
private let shop: Attribute = "db.namespace=shop"
private let rabbit: Attribute = "messaging.system=rabbitmq"
private let orders: Attribute = "messaging.destination=orders"
