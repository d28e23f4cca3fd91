/// What the traffic looks like. The same shape and seed give the same spans, but for the day on which they are sent.
struct LoadShape: Equatable, Sendable {
  var seed: UInt64 = 1
  var services = 10
  /// Services that one request passes through.
  var depth = 4
  /// Attributes of one span.
  var attributes = 8
  /// The share of requests that fail, from 0 to 1.
  var errors = 0.01
  /// Spans of one request to the collector.
  var batch = 512

  /// Of a trace. Each service that the request passes through makes three.
  var spansPerTrace: Int { 3 * depth }
}
