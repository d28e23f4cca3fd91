import TraceModel

/// The shop's one queue, through which placed orders go to those who fulfil them.
enum ShopQueue {
  static let system = "kafka"
  static let destination = "orders"
  static let host = "kafka.shop.internal"
  static let port: Int64 = 9092

  static let nodeID = "queue:kafka/orders"
}

extension ShopScript {
  /// Puts a message into the queue: a PRODUCER span whose context goes with the message.
  mutating func publish(from service: ShopService, key: String) -> Context {
    step(
      service, "send \(ShopQueue.destination)", .producer, by: .messaging,
      Self.messagingAttributes("send", key: key) + [
        Attribute(SemanticAttributes.serverAddress, .string(ShopQueue.host)),
        Attribute(SemanticAttributes.serverPort, .int(ShopQueue.port)),
      ]
    ) { $0.pass(1.6) }
  }

  /// Takes the message out of the queue later: a CONSUMER span below the producer's, and linked to it, since
  /// OpenTelemetry asks for the link and many tools for the parent.
  mutating func consume(
    _ message: Context, by service: ShopService, key: String, after median: Double, _ body: (inout ShopScript) -> Void
  ) {
    aside { script in
      script.pass(median, spread: 0.6)
      script.step(
        service, "process \(ShopQueue.destination)", .consumer, by: .messaging,
        Self.messagingAttributes("process", key: key) + [
          Attribute("messaging.consumer.group.name", .string(service.rawValue)),
          Attribute("messaging.kafka.offset", .int(Int64(script.number()))),
        ], parent: message
      ) { script in
        script.link(to: message, [Attribute("messaging.kafka.message.key", .string(key))])
        script.pass(0.3)
        body(&script)
      }
    }
  }

  private static func messagingAttributes(_ operation: String, key: String) -> [Attribute] {
    [
      Attribute(SemanticAttributes.messagingSystem, .string(ShopQueue.system)),
      Attribute(SemanticAttributes.messagingDestinationName, .string(ShopQueue.destination)),
      Attribute(SemanticAttributes.messagingOperationName, .string(operation)),
      Attribute(SemanticAttributes.messagingOperationType, .string(operation)),
      Attribute("messaging.destination.partition.id", .string("3")),
      Attribute("messaging.kafka.message.key", .string(key)),
    ]
  }
}
