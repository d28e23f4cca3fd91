/// Durations counted in OpenTelemetry's base-2 exponential buckets at the fixed scale 5
/// (https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram).
///
/// Bucket i holds (2^(i/32), 2^((i+1)/32)] nanoseconds, so a quantile is off by at most 1.09 %. Because the scale never
/// changes, two histograms add, and subtract, by their counts. Memory is at most 2,049 counts, whatever is recorded.
package struct LatencyHistogram: Hashable, Sendable {
  package static let scale = 5
  /// How far a quantile may be off, as a share of it: (b - 1) / (b + 1) with b = 2^(1/32), rounded up. Whole nanoseconds
  /// add half of one, which says something below 100 ns.
  package static let errorBound = 0.0109
  private static let bucketsPerDoubling = 32

  package private(set) var count: UInt64 = 0
  package private(set) var sumNanoseconds: UInt128 = 0
  package private(set) var min: Duration?
  package private(set) var max: Duration?
  /// Durations of zero, which no exponential bucket holds.
  package private(set) var zeroCount: UInt64 = 0
  /// The index of the first of `bucketCounts`.
  package private(set) var offset = 0
  package private(set) var bucketCounts: [UInt64] = []

  package init() {}

  /// A histogram of counts that were kept elsewhere. Buckets that hold nothing, or less than nothing, are left out.
  /// - Parameters:
  ///   - least: the shortest duration, or a lower bound of it; what the buckets forbid is put right.
  ///   - most: the longest duration, or an upper bound of it.
  ///   - buckets: in rising order, each index once, from -1 to 2,047.
  package init(
    sumNanoseconds: Int128, least: Duration, most: Duration, zeroCount: Int64, buckets: [(index: Int, count: Int64)]
  ) {
    self.sumNanoseconds = UInt128(clamping: sumNanoseconds)
    self.zeroCount = UInt64(clamping: zeroCount)
    count = self.zeroCount
    for bucket in buckets where bucket.count > 0 {
      add(UInt64(bucket.count), toBucket: bucket.index)
      count &+= UInt64(bucket.count)
    }
    (min, max) = (least, most)
    fitBounds()
  }

  /// - Parameter times: how many such durations there were.
  package mutating func record(_ duration: Duration, times: UInt64 = 1) {
    guard times > 0 else { return }
    count += times
    sumNanoseconds += UInt128(duration.nanoseconds) * UInt128(times)
    min = Swift.min(min ?? duration, duration)
    max = Swift.max(max ?? duration, duration)
    if duration == .zero {
      zeroCount += times
    } else {
      add(times, toBucket: Self.bucketIndex(of: duration.nanoseconds))
    }
  }

  package static func += (sum: inout LatencyHistogram, more: LatencyHistogram) {
    sum.count += more.count
    sum.sumNanoseconds += more.sumNanoseconds
    if let least = more.min { sum.min = Swift.min(sum.min ?? least, least) }
    if let most = more.max { sum.max = Swift.max(sum.max ?? most, most) }
    sum.zeroCount += more.zeroCount
    for (position, count) in more.bucketCounts.enumerated() where count > 0 {
      sum.add(count, toBucket: more.offset + position)
    }
  }

  /// Takes out what was recorded or added before: counts, sum and buckets are then as if it had never been there.
  /// Minimum and maximum stay exact where they still may be right, and else are the bounds of the outermost bucket.
  /// Of what was never there, nothing is taken: counts stop at zero.
  package static func -= (rest: inout LatencyHistogram, less: LatencyHistogram) {
    rest.sumNanoseconds -= Swift.min(rest.sumNanoseconds, less.sumNanoseconds)
    rest.zeroCount -= Swift.min(rest.zeroCount, less.zeroCount)
    for (position, count) in less.bucketCounts.enumerated() where count > 0 {
      let place = less.offset + position - rest.offset
      guard rest.bucketCounts.indices.contains(place) else { continue }
      rest.bucketCounts[place] -= Swift.min(rest.bucketCounts[place], count)
    }
    rest.count = rest.bucketCounts.reduce(rest.zeroCount, +)
    rest.trim()
    rest.fitBounds()
  }

  /// Drops the empty buckets at both ends, so that equal counts are equal histograms.
  private mutating func trim() {
    while bucketCounts.last == 0 { bucketCounts.removeLast() }
    let lead = bucketCounts.prefix { $0 == 0 }.count
    bucketCounts.removeFirst(lead)
    offset = bucketCounts.isEmpty ? 0 : offset + lead
  }

  /// Moves the minimum and the maximum into the outermost buckets that hold anything.
  private mutating func fitBounds() {
    guard count > 0 else { return (min, max) = (nil, nil) }
    min = min.map { least in
      if zeroCount > 0 { return .zero }
      let lowest = Self.bounds(ofBucket: offset)
      return Swift.min(Swift.max(least, lowest.lowerBound), lowest.upperBound)
    }
    max = max.map { most in
      if bucketCounts.isEmpty { return .zero }
      let highest = Self.bounds(ofBucket: offset + bucketCounts.count - 1)
      return Swift.min(Swift.max(most, highest.lowerBound), highest.upperBound)
    }
  }

  private static func bounds(ofBucket index: Int) -> ClosedRange<Duration> {
    let upper = upperBound(ofBucket: index)
    let lower = index < 0 ? 1 : Swift.min(upperBound(ofBucket: index - 1) + 1, upper)
    return Duration(nanoseconds: lower)...Duration(nanoseconds: upper)
  }

  /// Zero for an empty histogram.
  package var mean: Duration {
    Duration(nanoseconds: count == 0 ? 0 : UInt64(clamping: sumNanoseconds / UInt128(count)))
  }

  /// The duration that the share `quantile` (0 to 1) of all does not exceed, by nearest rank, within 1.09 %; the exact
  /// maximum for 1, and zero for an empty histogram.
  package func quantile(_ quantile: Double) -> Duration {
    guard let min, let max else { return .zero }
    if quantile >= 1 { return max }
    var rank = Swift.max(1, UInt64((quantile * Double(count)).rounded(.up)))
    if rank <= zeroCount { return .zero }
    rank -= zeroCount
    for (position, bucketCount) in bucketCounts.enumerated() {
      if rank <= bucketCount {
        return Swift.min(Swift.max(Self.middle(ofBucket: offset + position), min), max)
      }
      rank -= bucketCount
    }
    return max
  }

  private mutating func add(_ more: UInt64, toBucket index: Int) {
    if bucketCounts.isEmpty {
      offset = index
      bucketCounts = [0]
    } else if index < offset {
      bucketCounts.insert(contentsOf: repeatElement(0, count: offset - index), at: 0)
      offset = index
    } else if index >= offset + bucketCounts.count {
      bucketCounts.append(contentsOf: repeatElement(0, count: index - offset - bucketCounts.count + 1))
    }
    bucketCounts[index - offset] += more
  }
}

extension LatencyHistogram {
  /// The bucket of a value of at least 1, from -1 (the value 1) to 2,047.
  package static func bucketIndex(of nanoseconds: UInt64) -> Int {
    precondition(nanoseconds > 0)
    let exponent = 63 - nanoseconds.leadingZeroBitCount
    let mantissa = nanoseconds << UInt64(nanoseconds.leadingZeroBitCount)
    // The number of boundaries below the mantissa. Its leading bits leave at most one boundary to compare with, because
    // a 64th of a doubling is narrower than any bucket.
    let below = Int(boundariesBelow[Int(mantissa >> 57 & 63)])
    let isAbove = below < boundaries.count && boundaries[below] < mantissa
    return exponent * bucketsPerDoubling + below - (isAbove ? 0 : 1)
  }

  /// The largest whole number of nanoseconds in a bucket of -1 to 2,047.
  package static func upperBound(ofBucket index: Int) -> UInt64 {
    let (exponent, step) = (index + 1).quotientAndRemainder(dividingBy: bucketsPerDoubling)
    return exponent > 63 ? .max : boundaries[step] >> (63 - UInt64(exponent))
  }

  /// The value whose relative distance to both ends of the bucket is the same and so the smallest.
  private static func middle(ofBucket index: Int) -> Duration {
    let upper = Double(upperBound(ofBucket: index))
    let lower = index < 0 ? upper : Double(upperBound(ofBucket: index - 1))
    // A bucket that holds one whole number holds nothing else.
    if upper - lower <= 1 { return Duration(nanoseconds: UInt64(exactly: upper) ?? .max) }
    let middle = (2 * lower * upper / (lower + upper)).rounded()
    return Duration(nanoseconds: UInt64(exactly: middle) ?? .max)
  }

  /// By the six bits behind a mantissa's first: how many boundaries lie below the least mantissa that has them.
  private static let boundariesBelow: [UInt8] = (UInt64(0)..<64).map { bits in
    let least = 1 << 63 | bits << 57
    return UInt8(boundaries.prefix { $0 < least }.count)
  }

  /// floor(2^63 · 2^(k/32)): where the buckets of one doubling begin.
  private static let boundaries: [UInt64] = [
    0x8000000000000000, 0x82cd8698ac2ba1d7, 0x85aac367cc487b14, 0x88980e8092da8527,
    0x8b95c1e3ea8bd6e6, 0x8ea4398b45cd53c0, 0x91c3d373ab11c336, 0x94f4efa8fef70961,
    0x9837f0518db8a96f, 0x9b8d39b9d54e5538, 0x9ef5326091a111ad, 0xa27043030c496818,
    0xa5fed6a9b15138ea, 0xa9a15ab4ea7c0ef8, 0xad583eea42a14ac6, 0xb123f581d2ac258f,
    0xb504f333f9de6484, 0xb8fbaf4762fb9ee9, 0xbd08a39f580c36be, 0xc12c4cca66709456,
    0xc5672a115506dadd, 0xc9b9bd866e2f27a2, 0xce248c151f8480e3, 0xd2a81d91f12ae45a,
    0xd744fccad69d6af4, 0xdbfbb797daf23755, 0xe0ccdeec2a94e111, 0xe5b906e77c8348a8,
    0xeac0c6e7dd24392e, 0xefe4b99bdcdaf5cb, 0xf5257d152486cc2c, 0xfa83b2db722a033a,
  ]
}
