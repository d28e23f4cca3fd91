/// Sorts numbers that are spread evenly over all of their range, as hashes are, in time proportional to their count.
enum UniformSort {
  /// Numbers a bucket, on average.
  private static let bucketCount = 4
  /// Larger buckets, which only many equal hashes make, are sorted as anybody would.
  private static let bucketCountMax = 32

  static func sorted(_ keys: [UInt64]) -> [UInt64] {
    guard keys.count > 1 else { return keys }
    let bits = max(1, Int.bitWidth - (keys.count / bucketCount).leadingZeroBitCount)
    let shift = UInt64(64 - bits)
    var ends = [Int](repeating: 0, count: (1 << bits) + 1)
    for key in keys { ends[Int(truncatingIfNeeded: key &>> shift) + 1] += 1 }
    for bucket in 1..<ends.count { ends[bucket] += ends[bucket - 1] }
    var sorted = [UInt64](repeating: 0, count: keys.count)
    for key in keys {
      let bucket = Int(truncatingIfNeeded: key &>> shift)
      sorted[ends[bucket]] = key
      ends[bucket] += 1
    }
    var start = 0
    for end in ends where end > start {
      sort(start..<end, of: &sorted)
      start = end
    }
    return sorted
  }

  private static func sort(_ range: Range<Int>, of keys: inout [UInt64]) {
    if range.count > bucketCountMax { return keys[range].sort() }
    for position in range.dropFirst() {
      let key = keys[position]
      var place = position
      while place > range.lowerBound && keys[place - 1] > key {
        keys[place] = keys[place - 1]
        place -= 1
      }
      keys[place] = key
    }
  }
}
