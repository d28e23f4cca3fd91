import Glibc
import TraceModel

/// Durations on a line, by their logarithm to base 2: 10 doublings are 1,024 ns.
struct LatencyAxis {
  let first: Double
  let last: Double

  /// - Parameter doublings: what has to have a place.
  init(_ doublings: [Double], padding: Double = 0.1) {
    let (least, most) = (doublings.min() ?? 0, doublings.max() ?? 0)
    // One latency alone still gets an axis to stand on.
    let padding = max(padding, (2 - (most - least)) / 2)
    first = max(0, least - padding)
    last = most + padding
  }

  static func doublings(_ duration: Duration) -> Double { log2(Double(max(1, duration.nanoseconds))) }

  /// Where on the axis, from 0 to 1.
  func share(_ doublings: Double) -> Double { min(1, max(0, (doublings - first) / (last - first))) }

  func share(_ duration: Duration) -> Double { share(Self.doublings(duration)) }

  /// Round durations inside the axis: powers of ten, with 2 and 5 or 3 between where there is room.
  var ticks: [Duration] {
    let decades = (last - first) / log2(10)
    let parts: [UInt64] = decades > 6 ? [1] : decades > 2.5 ? [1, 3] : [1, 2, 5]
    var ticks: [Duration] = []
    var decade: UInt64 = 1
    while true {
      for part in parts {
        let (tick, overflow) = decade.multipliedReportingOverflow(by: part)
        let position = Self.doublings(Duration(nanoseconds: tick))
        if overflow || position > last { return ticks }
        if position >= first { ticks.append(Duration(nanoseconds: tick)) }
      }
      let (next, overflow) = decade.multipliedReportingOverflow(by: 10)
      if overflow { return ticks }
      decade = next
    }
  }
}
