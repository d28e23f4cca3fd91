/// What a selector found, at each moment that a query is worked out for. What lies in a range has been counted already.
protocol PromQLInput: Sendable {
  /// In the order of their labels.
  func samples(at step: Int) -> [PromQLSample]

  /// How long the time is that was counted, in seconds; 0 where there is no range.
  var seconds: Double { get }
}

/// What a selector found at one moment.
struct PromQLSamples: PromQLInput {
  var samples: [PromQLSample]
  var seconds: Double

  func samples(at step: Int) -> [PromQLSample] { samples }
}
