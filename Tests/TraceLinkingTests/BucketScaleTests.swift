import Testing
import TraceModel

@testable import TraceLinking

@Suite struct BucketScaleTests {
  @Test func `durations have the buckets that histograms give them`() {
    var random = SeededRandom(seed: 1)
    var values: [UInt64] = (0..<64).flatMap { (shift: UInt64) -> [UInt64] in
      [1 << shift, (1 << shift) &- 1, (1 << shift) &+ 1]
    }
    values.append(.max)
    for bucket in stride(from: -1, through: 2047, by: 1) {
      let bound = LatencyHistogram.upperBound(ofBucket: bucket)
      values += [bound, bound &+ 1]
    }
    for _ in 0..<10_000 { values.append(UInt64.random(in: .min ... .max, using: &random) >> (random.next() & 63)) }
    for value in values {
      let expected = value == 0 ? CellTable.zeroBucket : LatencyHistogram.bucketIndex(of: value) + 2
      #expect(Int(BucketScale.shared.bucket(of: Duration(nanoseconds: value))) == expected, "\(value)")
    }
  }
}
