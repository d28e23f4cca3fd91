extension RequestDecoder {
  /// Decodes requests that stand in one array, each for itself, into one batch.
  ///
  /// - Returns: the spans of those that are well-formed, in their order, and how many are not.
  package mutating func decode(
    _ bytes: [UInt8], at ranges: [Range<Int>]
  ) -> (decoded: DecodedRequest, malformed: Int) {
    var sum = SpanCounts()
    var malformed = 0
    for range in ranges {
      do throws(DecodeError) {
        // Unsafe in general because not every type has a value for each of its bits; UInt8 has.
        sum += try gather(unsafe bytes.span.bytes.extracting(range))
      } catch {
        malformed += 1
      }
    }
    return (DecodedRequest(takeGathered(), sum), malformed)
  }
}

extension SpanCounts {
  fileprivate static func += (sum: inout SpanCounts, counts: SpanCounts) {
    sum.received += counts.received
    sum.repairedStrings += counts.repairedStrings
    if !counts.rejected.isEmpty { sum.rejected.merge(counts.rejected, uniquingKeysWith: +) }
  }
}
