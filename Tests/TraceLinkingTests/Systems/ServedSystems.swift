import TraceLinking
import TraceModel

/// What nodes show: the requests that they served, as they themselves saw them end.
let servedSystems: [SmallSystem] = [
  SmallSystem(
    fact: "a service that calls nobody and that nobody calls is drawn",
    spans: [span("cron", .internal, 1), span("cron", .internal, 2, parent: 1, status: .error)], edges: [],
    nodes: ["service:cron 2 1"]),
  SmallSystem(
    fact: "a node's failures are its own view, an edge's the caller's",
    spans: [
      span("web", .server, 1, "http.response.status_code:200"),
      span("web", .client, 2, parent: 1, "http.response.status_code:504", status: .error),
      span("cart", .server, 3, parent: 2, "http.response.status_code:200"),
      span("web", .client, 4, parent: 1, "http.response.status_code:404", status: .error),
      span("cart", .server, 5, parent: 4, "http.response.status_code:404"),
    ],
    edges: ["service:web -> service:cart call 2 error 1 fault 1", "user -> service:web user 1"],
    nodes: ["service:cart 2 2 error 1", "service:web 3 1", "user 1 0"]),
  SmallSystem(
    fact: "a database has served the calls that name it, and failed those that failed",
    spans: [
      span("web", .client, 1, "db.system.name=mysql"), span("web", .client, 2, "db.system.name=mysql", status: .error),
      span("cart", .client, 3, "db.system.name=mysql"),
    ],
    edges: ["service:cart -> database:mysql database 1", "service:web -> database:mysql database 2 fault 1"],
    nodes: ["database:mysql 3 3 fault 1", "service:cart 1 1", "service:web 2 2 fault 1"]),
  SmallSystem(
    fact: "what takes its own message has served it once",
    spans: [
      span("mail", .producer, 1, "messaging.system=kafka", "messaging.destination.name=o"),
      span("mail", .consumer, 2, parent: 1, "messaging.system=kafka", "messaging.destination.name=o", status: .error),
    ],
    edges: ["queue:kafka/o -> service:mail message 1 fault 1", "service:mail -> queue:kafka/o message 1"],
    nodes: ["queue:kafka/o 2 1", "service:mail 2 2 fault 1"]),
  SmallSystem(
    fact: "spans that end before they begin lasted nothing, and call like any other",
    spans: [
      span("web", .client, 1, lasts: 30), span("cart", .server, 2, parent: 1).endingEarly,
      span("cart", .client, 3, parent: 2, "server.address=api").endingEarly,
    ],
    edges: ["service:cart -> external:api external 1", "service:web -> service:cart call 1"],
    nodes: ["external:api 1 1", "service:cart 2 1", "service:web 1 1"]),
]
