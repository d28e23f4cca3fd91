import TraceModel

/// Numbers durations as `CellTable` does. As `LatencyHistogram.bucketIndex`, but with its tables at hand.
struct BucketScale: Sendable {
  /// Where the buckets of the highest doubling begin.
  private let boundaries: [UInt64]
  /// By the six bits behind a number's first: how many boundaries lie below the least number that has them.
  private let below: [UInt8]

  static let shared = BucketScale()

  private static var bucketsPerDoubling: Int { 32 }

  private init() {
    precondition(Self.bucketsPerDoubling == 1 << LatencyHistogram.scale)
    let boundaries = (0..<Self.bucketsPerDoubling).map {
      LatencyHistogram.upperBound(ofBucket: 63 * Self.bucketsPerDoubling + $0 - 1)
    }
    self.boundaries = boundaries
    below = (UInt64(0)..<64).map { bits in
      UInt8(boundaries.prefix { $0 < 1 << 63 | bits << 57 }.count)
    }
  }

  @inline(__always) func bucket(of duration: Duration) -> UInt16 {
    let nanoseconds = duration.nanoseconds
    if nanoseconds == 0 { return UInt16(truncatingIfNeeded: CellTable.zeroBucket) }
    let zeros = nanoseconds.leadingZeroBitCount
    let mantissa = nanoseconds << UInt64(truncatingIfNeeded: zeros)
    // Of the boundaries that share the leading bits there is one at most.
    let below = Int(below[Int(truncatingIfNeeded: mantissa >> 57 & 63)])
    let isAbove = below < boundaries.count && boundaries[below] < mantissa
    return UInt16(truncatingIfNeeded: (63 &- zeros) &* Self.bucketsPerDoubling &+ below &+ (isAbove ? 2 : 1))
  }
}
