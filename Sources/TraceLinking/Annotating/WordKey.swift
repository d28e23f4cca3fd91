import TraceModel

/// A key made of bytes, eight of them a word.
struct WordKey {
  private var words = [UInt64](repeating: 0, count: Self.wordsMax)
  private(set) var count = 0

  /// Longer keys are none: what they stand for is made out every time.
  private static let wordsMax = 128

  @inline(__always) subscript(place: Int) -> UInt64 { words[place] }

  /// Becomes these bytes.
  /// - Returns: false if they are too many.
  mutating func gather(_ bytes: Swift.Span<UInt8>, _ range: Range<Int>) -> Bool {
    words[0] = UInt64(range.count)
    var length = 1
    var words = words.mutableSpan
    let fits = Self.append(bytes, range, &words, &length)
    count = length
    return fits
  }

  /// Becomes what matters of a row's values, and of the span otherwise.
  /// - Parameters:
  ///   - number: of the plan.
  ///   - range: of the row's details in `bytes`.
  /// - Returns: where the URL is that may name the peer, empty if there is none; nil if the values are no key: too long,
  ///   or not as the shape says, or one is empty that stands for others.
  @inline(__always)
  mutating func gather(
    _ plan: ValuePlan, _ number: UInt32, _ kind: Int32, _ isError: Bool, _ steps: Swift.Span<UInt8>,
    _ bytes: Swift.Span<UInt8>,
    _ range: Range<Int>
  ) -> Range<Int>? {
    let namesPeer = ValuePlan.mayNamePeer(kind)
    let wanted = namesPeer ? ValuePlan.outcome | ValuePlan.peer : ValuePlan.outcome
    var words = words.mutableSpan
    // To an outcome all kinds are the same.
    words[0] = UInt64(number) << 8 | (namesPeer ? UInt64(kind) << 1 : 0) | (isError ? 1 : 0)
    var length = 1
    var url = 0..<0
    var offset = range.lowerBound
    let end = min(range.upperBound, bytes.count)
    for place in plan.begin..<plan.begin + (namesPeer ? plan.stepCount : plan.outcomeStepCount) {
      let step = steps[place]
      let begin = offset
      guard let content = Self.skip(step, bytes, &offset, end) else { return nil }
      if step & wanted != 0 {
        if step & ValuePlan.standsForOthers != 0, content == offset { return nil }
        guard Self.append(bytes, begin..<offset, &words, &length) else { return nil }
      } else if step & (ValuePlan.url | ValuePlan.secondURL) != 0, content < offset {
        if step & ValuePlan.url != 0 || url.isEmpty { url = content..<offset }
      }
    }
    count = length
    return url
  }

  /// Goes on to the end of a value.
  /// - Returns: where it begins behind its length; nil if it does not end before `end`.
  @inline(__always)
  private static func skip(_ step: UInt8, _ bytes: Swift.Span<UInt8>, _ offset: inout Int, _ end: Int) -> Int? {
    var content = offset
    switch step & ValuePlan.typeMask {
    case ValuePlan.text:
      guard let length = varint(bytes, &content, end), length & 1 == 0, length / 2 <= UInt64(end &- content) else {
        return nil
      }
      offset = content &+ Int(length / 2)
    case ValuePlan.number:
      guard varint(bytes, &offset, end) != nil else { return nil }
    case ValuePlan.oneByte: offset &+= 1
    case ValuePlan.eightBytes: offset &+= 8
    case ValuePlan.nothing: break
    default:
      guard let length = varint(bytes, &content, end), length <= UInt64(end &- content) else { return nil }
      offset = content &+ Int(length)
    }
    return offset <= end ? content : nil
  }

  @inline(__always)
  private static func varint(_ bytes: Swift.Span<UInt8>, _ offset: inout Int, _ end: Int) -> UInt64? {
    guard offset < end else { return nil }
    let byte = bytes[offset]
    offset &+= 1
    return byte < 0x80 ? UInt64(byte) : longVarint(UInt64(byte & 0x7f), bytes, &offset, end)
  }

  private static func longVarint(_ first: UInt64, _ bytes: Swift.Span<UInt8>, _ offset: inout Int, _ end: Int)
    -> UInt64?
  {
    var (number, shift) = (first, UInt64(7))
    while offset < end && shift < 64 {
      let byte = bytes[offset]
      offset += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    return nil
  }

  /// Appends bytes as words, the last one filled up with zeros. Values tell their own lengths, so that nothing gets lost.
  @inline(__always)
  private static func append(
    _ bytes: Swift.Span<UInt8>, _ range: Range<Int>, _ words: inout MutableSpan<UInt64>, _ count: inout Int
  ) -> Bool {
    var (offset, rest) = (range.lowerBound, range.count)
    guard rest <= (words.count &- count) &* 8 else { return false }
    while rest >= 8 {
      words[count] = word(bytes, offset)
      count &+= 1
      offset &+= 8
      rest &-= 8
    }
    if rest > 0 {
      words[count] = word(bytes, offset) & ~(.max << UInt64(8 &* rest))
      count &+= 1
    }
    return true
  }

  /// Eight bytes, zeros behind the last one there is. Written, and kept apart, so that it becomes one load.
  @inline(never)
  private static func word(_ bytes: Swift.Span<UInt8>, _ offset: Int) -> UInt64 {
    guard offset >= 0, offset <= bytes.count &- 8 else { return lastWord(bytes, offset) }
    var word = UInt64(bytes[offset])
    word |= UInt64(bytes[offset &+ 1]) << 8
    word |= UInt64(bytes[offset &+ 2]) << 16
    word |= UInt64(bytes[offset &+ 3]) << 24
    word |= UInt64(bytes[offset &+ 4]) << 32
    word |= UInt64(bytes[offset &+ 5]) << 40
    word |= UInt64(bytes[offset &+ 6]) << 48
    word |= UInt64(bytes[offset &+ 7]) << 56
    return word
  }

  private static func lastWord(_ bytes: Swift.Span<UInt8>, _ offset: Int) -> UInt64 {
    var word: UInt64 = 0
    for place in offset..<max(offset, bytes.count) { word |= UInt64(bytes[place]) << UInt64(8 * (place - offset)) }
    return word
  }
}
