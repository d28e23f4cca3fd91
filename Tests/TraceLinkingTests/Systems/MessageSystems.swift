import TraceLinking
import TraceModel

/// Messages: by parent and by link, nested, in batches, through a broker that sends spans itself.
let messageSystems: [SmallSystem] = [
  SmallSystem(
    fact: "a consumer in a trace of its own is known by its link",
    spans: [
      span("shop", .producer, 1, orders, orders2, lasts: 2),
      span("mail", .consumer, 20, trace: 2, orders, orders2).linking(to: (1, 1)),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"],
    times: ["queue:kafka/orders -> service:mail queue 17ms"]),
  SmallSystem(
    fact: "a link is enough where only the producer names the destination",
    spans: [
      span("shop", .producer, 1, orders, orders2), span("mail", .consumer, 20, trace: 2).linking(to: (1, 1)),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "a link is enough where only the consumer names the destination",
    spans: [
      span("shop", .producer, 1), span("mail", .consumer, 20, trace: 2, orders, orders2).linking(to: (1, 1)),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1"], unpaired: 1),
  SmallSystem(
    fact: "where nobody names the destination, a link is a direct edge",
    spans: [span("shop", .producer, 1), span("mail", .consumer, 20, trace: 2).linking(to: (1, 1))],
    edges: ["service:shop -> service:mail message 1"], unpaired: 1,
    times: ["service:shop -> service:mail queue 9ms"]),
  SmallSystem(
    fact: "a batch of three messages is three, each with its own wait",
    spans: [
      span("shop", .producer, 1, orders, orders2), span("shop", .producer, 2, trace: 2, orders, orders2),
      span("shop", .producer, 3, trace: 3, orders, orders2),
      span("mail", .consumer, 33, trace: 4, orders, orders2).linking(to: (1, 1), (2, 2), (3, 3)),
    ],
    edges: ["queue:kafka/orders -> service:mail message 3", "service:shop -> queue:kafka/orders message 3"],
    times: ["queue:kafka/orders -> service:mail queue 21ms"]),
  SmallSystem(
    fact: "two consumers of one message are two, by link too",
    spans: [
      span("shop", .producer, 1, orders, orders2),
      span("mail", .consumer, 20, trace: 2, orders, orders2).linking(to: (1, 1)),
      span("stock", .consumer, 21, trace: 3, orders, orders2).linking(to: (1, 1)),
    ],
    edges: [
      "queue:kafka/orders -> service:mail message 1", "queue:kafka/orders -> service:stock message 1",
      "service:shop -> queue:kafka/orders message 1",
    ]),
  SmallSystem(
    fact: "a link to the parent, or the same link twice, says nothing new",
    spans: [
      span("shop", .producer, 1), span("mail", .consumer, 2, parent: 1).linking(to: (1, 1), (1, 1)),
    ],
    edges: ["service:shop -> service:mail message 1"]),
  SmallSystem(
    fact: "a consumer whose producer nobody has seen, and that names no destination, is unpaired",
    spans: [span("mail", .consumer, 2).linking(to: (9, 9))], edges: [], unpaired: 1),
  SmallSystem(
    fact: "a link between other kinds of spans is no call",
    spans: [span("shop", .server, 1, parent: 8), span("mail", .server, 2, parent: 9).linking(to: (1, 1))],
    edges: [], unpaired: 2),
  SmallSystem(
    fact: "messages created one by one are not counted again when they are sent together",
    spans: [
      span("shop", .producer, 1, orders, orders2), span("shop", .producer, 2, orders, orders2),
      span("shop", .client, 3, orders, orders2, "messaging.operation.type=send").linking(to: (1, 1), (1, 2)),
    ],
    edges: ["service:shop -> queue:kafka/orders message 2"]),
  SmallSystem(
    fact: "of nested spans that send one message the innermost counts",
    spans: [
      span("shop", .producer, 1, orders, orders2), span("shop", .producer, 2, parent: 1, orders, orders2),
    ],
    edges: ["service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "a batch that is received and processed one by one counts by what was processed",
    spans: [
      span("mail", .consumer, 1, orders, orders2), span("mail", .consumer, 2, parent: 1, orders, orders2),
      span("mail", .consumer, 3, parent: 1, orders, orders2),
    ],
    edges: ["queue:kafka/orders -> service:mail message 2"]),
  SmallSystem(
    fact: "receiving and processing in different traces is one message, too",
    spans: [
      span("mail", .client, 1, orders, orders2, "messaging.operation.type=receive").linking(to: (8, 8), (9, 9)),
      span("mail", .consumer, 2, trace: 2, orders, orders2).linking(to: (8, 8)),
      span("mail", .consumer, 3, trace: 3, orders, orders2).linking(to: (9, 9)),
    ],
    edges: ["queue:kafka/orders -> service:mail message 2"]),
  SmallSystem(
    fact: "a child that receives takes the message once, whatever its parent names",
    spans: [
      span("shop", .producer, 1, orders, orders2),
      span("mail", .client, 2, parent: 1, orders, orders2, "messaging.operation.type=receive"),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "an application that publishes without instrumentation sends to the destination all the same",
    spans: [span("shop", .internal, 1), span("mail", .consumer, 2, parent: 1, orders, orders2)],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"]),
  SmallSystem(
    fact: "a broker that sends spans of its own takes the place of its destination",
    spans: [
      span("shop", .producer, 1, orders, orders2), span("broker", .server, 2, parent: 1),
      span("mail", .consumer, 3, parent: 2, orders, orders2),
    ],
    edges: ["service:broker -> service:mail message 1", "service:shop -> service:broker message 1"]),
  SmallSystem(
    fact: "a subscriber that is called with the message is not the broker",
    spans: [
      span("shop", .producer, 1, orders, orders2), span("push", .server, 2, parent: 1),
      span("mail", .consumer, 3, parent: 1, orders, orders2),
    ],
    edges: [
      "queue:kafka/orders -> service:mail message 1", "queue:kafka/orders -> service:push message 1",
      "service:shop -> queue:kafka/orders message 1",
    ]),
  SmallSystem(
    fact: "a consumer that began while the producer still waited for the broker did not wait",
    spans: [
      span("shop", .producer, 1, orders, orders2, lasts: 50), span("mail", .consumer, 5, parent: 1, orders, orders2),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"],
    times: ["queue:kafka/orders -> service:mail queue 0ns"]),
  SmallSystem(
    fact: "clocks hours apart measure no wait, and change nothing else",
    spans: [
      span("shop", .producer, 1, orders, orders2, start: 9_000_000),
      span("mail", .consumer, 5, parent: 1, orders, orders2),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"],
    times: [""]),
  SmallSystem(
    fact: "a span that links to itself takes no message by that",
    spans: [span("mail", .consumer, 2, orders, orders2).linking(to: (1, 2), (9, 9))],
    edges: ["queue:kafka/orders -> service:mail message 1"]),
  SmallSystem(
    fact: "an exchange hands messages on to the queue that they are taken from",
    spans: [
      span("shop", .producer, 1, "messaging.system=rabbitmq", "messaging.destination.name=news", status: .error),
      span("mail", .consumer, 2, parent: 1, "messaging.system=rabbitmq", "messaging.destination.name=news:mail"),
    ],
    edges: [
      "queue:rabbitmq/news -> queue:rabbitmq/news:mail message 1 fault 1",
      "queue:rabbitmq/news:mail -> service:mail message 1", "service:shop -> queue:rabbitmq/news message 1 fault 1",
    ]),
  SmallSystem(
    fact: "a topic fans out to queues, by link too, whether messages are only received or processed as well",
    spans: [
      span("shop", .producer, 1, "messaging.system=aws.sns", "messaging.destination.name=sold"),
      span("mail", .client, 2, trace: 2, sqs, "messaging.destination.name=mail", receiving).linking(to: (1, 1)),
      span("mail", .consumer, 3, trace: 3, sqs, "messaging.destination.name=mail").linking(to: (1, 1)),
      span("stock", .client, 4, trace: 4, sqs, "messaging.destination.name=stock", receiving).linking(to: (1, 1)),
    ],
    edges: [
      "queue:aws.sns/sold -> queue:aws_sqs/mail message 1", "queue:aws.sns/sold -> queue:aws_sqs/stock message 1",
      "queue:aws_sqs/mail -> service:mail message 1", "queue:aws_sqs/stock -> service:stock message 1",
      "service:shop -> queue:aws.sns/sold message 1",
    ]),
  SmallSystem(
    fact: "a sender without a time measures no wait",
    spans: [
      span("shop", .producer, 1, orders, orders2).ending(0), span("mail", .consumer, 5, parent: 1, orders, orders2),
    ],
    edges: ["queue:kafka/orders -> service:mail message 1", "service:shop -> queue:kafka/orders message 1"],
    times: [""]),
  SmallSystem(
    fact: "a destination without a lasting name is its broker",
    spans: [
      span(
        "shop", .producer, 1, "messaging.system=rabbitmq", "messaging.destination.name=amq.gen-x",
        Attribute("messaging.destination.temporary", .bool(true)), "server.address=mq", "server.port:5672")
    ],
    edges: ["service:shop -> queue:rabbitmq/mq:5672 message 1"]),
]

private let sqs: Attribute = "messaging.system=aws_sqs"
private let receiving: Attribute = "messaging.operation.type=receive"
private let orders: Attribute = "messaging.system=kafka"
private let orders2: Attribute = "messaging.destination.name=orders"
