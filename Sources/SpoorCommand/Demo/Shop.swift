import TraceModel

/// An imaginary shop, and the traces that its users cause. Everything follows from the seed.
///
/// ```
/// user ─▶ web ─┬▶ catalog ─▶ postgresql                 ┌▶ shipping
///              ├▶ recommendations ─▶ redis              │
///              ├▶ cart ─┬▶ redis                orders ─┴▶ mailer
///              │        └▶ stock ─▶ postgresql     ▲
///              └▶ checkout ─┬▶ stock               │
///                           ├▶ payment ─▶ cardpay  │
///                           └──────────────────────┘
/// ```
struct Shop: Sendable {
  private var random: SeededRandom
  private let resources: [ShopService: Resource]
  private var traceCount = 0

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let instance = String(random.next(), radix: 16)
    resources = Dictionary(
      uniqueKeysWithValues: ShopService.allCases.map { ($0, $0.resource(instance: instance)) })
    self.random = random
  }

  /// Plays the next journey.
  /// - Parameter end: when the last of its spans ends.
  mutating func next(endingAt end: Timestamp) -> ShopTrace {
    let journey = nextJourney()
    var script = ShopScript(random: SeededRandom(seed: random.next()), resources: resources)
    switch journey.smooth {
    case .addToCart: script.addToCart(journey)
    case .checkout: script.checkout(journey)
    default: script.browse(journey)
    }
    return ShopTrace(journey: journey, spans: script.spans(endingAt: end))
  }

  /// In the first cycle everything happens once, so that there is something to see; later only half of what can go
  /// wrong does.
  private mutating func nextJourney() -> ShopJourney {
    let cycle = ShopJourney.cycle
    let journey = cycle[traceCount % cycle.count]
    let staysSmooth = traceCount >= cycle.count && random.isTrue(oneIn: 2)
    traceCount += 1
    return staysSmooth ? journey.smooth : journey
  }
}

/// One trace of the shop.
struct ShopTrace: Sendable {
  var journey: ShopJourney
  /// The root first, every parent before its children.
  var spans: [Span]
}

extension ShopScript {
  /// The spans with true times in place of those since the request came in.
  fileprivate func spans(endingAt end: Timestamp) -> [Span] {
    let begin = (end - length).unixNanoseconds
    return spans.map { span in
      var span = span
      span.start.unixNanoseconds += begin
      span.end.unixNanoseconds += begin
      for event in span.events.indices { span.events[event].time.unixNanoseconds += begin }
      return span
    }
  }
}
