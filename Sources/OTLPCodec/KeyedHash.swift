/// A hash of bytes for tables that strangers fill: wyhash's mixing (https://github.com/wangyi-fudan/wyhash, version 4)
/// with secrets of its own. Whoever does not know them cannot choose bytes that collide.
struct KeyedHash {
  private let first, second, third: UInt64

  init() {
    var random = SystemRandomNumberGenerator()
    (first, second, third) = (random.next(), random.next(), random.next())
  }

  /// - Precondition: the range is inside; checked.
  func hash(_ range: Range<Int>, in bytes: RawSpan) -> UInt64 {
    var (offset, state) = (range.lowerBound, first)
    while range.upperBound &- offset >= 16 {
      state = fold(bytes.fixed64(at: offset) ^ second, bytes.fixed64(at: offset &+ 8) ^ state)
      offset &+= 16
    }
    var (left, right): (UInt64, UInt64) = (0, 0)
    let rest = range.upperBound &- offset
    if rest >= 8 {
      left = bytes.fixed64(at: offset)
      right = bytes.fixed64(at: range.upperBound &- 8)
    } else if rest >= 4 {
      left = UInt64(bytes.fixed32(at: offset))
      right = UInt64(bytes.fixed32(at: range.upperBound &- 4))
    } else {
      while offset < range.upperBound {
        left = left << 8 | UInt64(bytes.byte(at: offset))
        offset &+= 1
      }
    }
    return combined(fold(left ^ second, right ^ state), UInt64(range.count))
  }

  /// A hash of two numbers, of which one may be a hash.
  func combined(_ left: UInt64, _ right: UInt64) -> UInt64 { fold(left ^ third, right ^ first) }

  /// Both halves of the product in one.
  @inline(__always)
  private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }
}
