import Foundation
import TraceModel

/// Numbers that only look random: SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
struct SeededRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// With the seed of `SPOOR_SEED`, or one that stays the same.
  init() {
    self.init(seed: ProcessInfo.processInfo.environment["SPOOR_SEED"].flatMap(UInt64.init) ?? 20_261_121)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  mutating func next(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// Of any magnitude, the ends among them.
  mutating func anyCount() -> UInt64 {
    switch next(below: 12) {
    case 0: 0
    case 1: .max
    default: next() >> UInt64(next(below: 64))
    }
  }

  mutating func anyName() -> String { Hostile.names[next(below: Hostile.names.count)] }

  mutating func anyTime() -> Timestamp { Timestamp(unixNanoseconds: anyCount()) }

  mutating func anyOutcomes() -> OutcomeCounts {
    OutcomeCounts(ok: anyCount(), error: anyCount(), throttle: anyCount(), fault: anyCount())
  }

  mutating func anyLatency() -> LatencySummary {
    let parts = (0..<8).map { _ in TraceModel.Duration(nanoseconds: anyCount()) }
    return LatencySummary(
      count: anyCount(), min: parts[0], mean: parts[1], p50: parts[2], p90: parts[3], p95: parts[4], p99: parts[5],
      p999: parts[6], max: parts[7])
  }

  mutating func anyMap() -> ServiceMap {
    var map = ServiceMap(
      from: next(below: 3) == 0 ? nil : anyTime(), to: next(below: 3) == 0 ? nil : anyTime(),
      coverage: ServiceMap.Coverage(
        spans: anyCount(), paired: anyCount(), unpaired: anyCount(), late: anyCount(), skewed: anyCount(),
        overwrittenBefore: next(below: 2) == 0 ? nil : anyTime()))
    for number in 0..<next(below: 6) {
      map.nodes.append(
        ServiceMap.Node(
          id: "\(number):\(anyName())", name: anyName(), namespace: next(below: 2) == 0 ? nil : anyName(),
          kind: ServiceMap.NodeKind.allCases[next(below: 6)], spans: anyCount(), outcomes: anyOutcomes(),
          latency: anyLatency(), isEstimated: next(below: 4) == 0))
    }
    for _ in 0..<next(below: 6) {
      map.edges.append(
        ServiceMap.Edge(
          source: anyName(), target: anyName(), kind: ServiceMap.EdgeKind.allCases[next(below: 5)], calls: anyCount(),
          outcomes: anyOutcomes(), latency: anyLatency(), isEstimated: next(below: 4) == 0,
          timeInQueue: next(below: 3) == 0 ? anyLatency() : nil,
          networkTime: next(below: 3) == 0 ? anyLatency() : nil))
    }
    if next(below: 2) == 0 { map.narrowing = anyNarrowing() }
    return map
  }

  private mutating func anyNarrowing() -> ServiceMap.Narrowing {
    var narrowing = ServiceMap.Narrowing()
    if next(below: 2) == 0 { narrowing.trace = TraceID(high: next(), low: next()) }
    if next(below: 2) == 0 {
      narrowing.question = anyName()
      narrowing.traces = anyCount()
      narrowing.hasMoreTraces = next(below: 2) == 0
    }
    if next(below: 2) == 0 { narrowing.groupedBy = anyName() }
    if next(below: 2) == 0 { (narrowing.around, narrowing.depth) = (anyName(), next(below: .max)) }
    if next(below: 2) == 0 { narrowing.shareMin = 0.25 }
    narrowing.hidden = (0..<next(below: 9)).map { _ in anyName() }
    (narrowing.nodesLeftOut, narrowing.edgesLeftOut) = (anyCount(), anyCount())
    return narrowing
  }
}
