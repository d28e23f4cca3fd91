import TraceModel

/// An imaginary shop, by hand: the map that the pictures of this room are judged by.
enum Shop {
  static let map = ServiceMap(
    from: Timestamp(unixSeconds: 1_795_230_000), to: Timestamp(unixSeconds: 1_795_233_600),
    coverage: ServiceMap.Coverage(
      spans: 1_284_022, paired: 402_113, unpaired: 1_204, late: 12,
      overwrittenBefore: Timestamp(unixSeconds: 1_795_100_000)),
    nodes: [
      node("cache:redis@cache:6379", "redis cache", .cache, ok: 120_004, ms: 1),
      node("database:postgresql@db:5432/catalog", "postgresql catalog", .database, ok: 91_530, ms: 4),
      node("external:api.cardpay.example", "api.cardpay.example", .external, ok: 8_410, fault: 620, ms: 420),
      node("queue:kafka/orders", "orders", .queue, ok: 16_020, ms: 9),
      node("service:shop/cart", "cart", .service, "shop", ok: 60_210, error: 120, ms: 6),
      node("service:shop/catalog", "catalog", .service, "shop", ok: 88_120, ms: 12),
      node("service:shop/checkout", "checkout", .service, "shop", ok: 8_730, error: 160, fault: 88, ms: 510),
      node("service:shop/mailer", "mailer", .service, "shop", ok: 7_890, error: 30, throttle: 90, ms: 88),
      node("service:shop/payment", "payment", .service, "shop", ok: 8_390, throttle: 40, fault: 600, ms: 460),
      node("service:shop/shipping", "shipping", .service, "shop", ok: 8_010, ms: 35),
      node("service:shop/web", "web", .service, "shop", ok: 150_200, error: 412, fault: 90, ms: 640),
      ServiceMap.Node(id: "user", name: "user", kind: .user),
    ],
    edges: [
      edge("queue:kafka/orders", "service:shop/mailer", .message, ok: 7_890, error: 30, throttle: 90, ms: 88),
      queued(edge("queue:kafka/orders", "service:shop/shipping", .message, ok: 8_010, ms: 35), ms: 1_450),
      edge("service:shop/cart", "cache:redis@cache:6379", .database, ok: 120_004, ms: 1),
      edge("service:shop/catalog", "database:postgresql@db:5432/catalog", .database, ok: 91_530, ms: 4),
      edge("service:shop/checkout", "queue:kafka/orders", .message, ok: 8_012, ms: 3),
      edge("service:shop/checkout", "service:shop/payment", .call, ok: 8_390, throttle: 40, fault: 600, ms: 470),
      edge("service:shop/payment", "external:api.cardpay.example", .external, ok: 8_410, fault: 620, ms: 420),
      edge("service:shop/web", "service:shop/cart", .call, ok: 60_210, error: 120, ms: 8),
      edge("service:shop/web", "service:shop/catalog", .call, ok: 88_120, ms: 14),
      edge("service:shop/web", "service:shop/checkout", .call, ok: 8_730, error: 160, fault: 88, ms: 520),
      edge("user", "service:shop/web", .user, ok: 150_200, error: 412, fault: 90, ms: 640),
    ])

  static func node(
    _ id: String, _ name: String, _ kind: ServiceMap.NodeKind, _ namespace: String? = nil, ok: UInt64 = 0,
    error: UInt64 = 0, throttle: UInt64 = 0, fault: UInt64 = 0, ms: UInt64 = 10
  ) -> ServiceMap.Node {
    let outcomes = OutcomeCounts(ok: ok, error: error, throttle: throttle, fault: fault)
    return ServiceMap.Node(
      id: id, name: name, namespace: namespace, kind: kind, spans: outcomes.total * 2, outcomes: outcomes,
      latency: latency(outcomes.total, ms: ms))
  }

  static func edge(
    _ source: String, _ target: String, _ kind: ServiceMap.EdgeKind, ok: UInt64 = 0, error: UInt64 = 0,
    throttle: UInt64 = 0, fault: UInt64 = 0, ms: UInt64 = 10
  ) -> ServiceMap.Edge {
    let outcomes = OutcomeCounts(ok: ok, error: error, throttle: throttle, fault: fault)
    return ServiceMap.Edge(
      source: source, target: target, kind: kind, calls: outcomes.total, outcomes: outcomes,
      latency: latency(outcomes.total, ms: ms))
  }

  /// A message's edge with the time in the queue.
  private static func queued(_ edge: ServiceMap.Edge, ms: UInt64) -> ServiceMap.Edge {
    var edge = edge
    edge.timeInQueue = latency(edge.calls, ms: ms)
    return edge
  }

  /// Percentiles in likely proportions around a p99.
  static func latency(_ count: UInt64, ms: UInt64) -> LatencySummary {
    let p99 = ms * 1_000_000
    return LatencySummary(
      count: count, min: Duration(nanoseconds: p99 / 60), mean: Duration(nanoseconds: p99 / 5),
      p50: Duration(nanoseconds: p99 / 8), p90: Duration(nanoseconds: p99 / 3), p95: Duration(nanoseconds: p99 / 2),
      p99: Duration(nanoseconds: p99), p999: Duration(nanoseconds: p99 * 2), max: Duration(nanoseconds: p99 * 3))
  }
}
