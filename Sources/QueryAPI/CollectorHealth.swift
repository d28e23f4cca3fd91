import Rendering

/// How the collector is, for whoever watches it. Each closure is called once an answer, and must not block.
package struct CollectorHealth: Sendable {
  /// Whether payloads are still taken.
  let isReady: @Sendable () -> Bool
  /// The collector's counters by name.
  let counters: @Sendable () -> [String: UInt64]
  /// What `/metrics` shows, in this order.
  let metrics: @Sendable () async -> [MetricFamily]

  package init(
    isReady: @escaping @Sendable () -> Bool, counters: @escaping @Sendable () -> [String: UInt64],
    metrics: @escaping @Sendable () async -> [MetricFamily]
  ) {
    self.isReady = isReady
    self.counters = counters
    self.metrics = metrics
  }
}
