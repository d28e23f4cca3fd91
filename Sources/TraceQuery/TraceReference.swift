import TraceModel

/// A trace as people name it: its ID or the beginning of it, as logs, headers and other tools write them.
package struct TraceReference: Hashable, Sendable {
  /// 1 to 32 hexadecimal digits in lower case.
  package let digits: String

  /// Reads digits of either case, with `0x` before them, with a UUID's hyphens, as a W3C `traceparent`
  /// (`00-4bf9…-00f0…-01`) or as X-Ray writes it (`1-5759e988-bd86…`); nothing for any other text, and nothing for zeros
  /// alone.
  package init?(_ text: String) {
    guard text.utf8.count <= QueryLimits.traceReferenceBytesMax else { return nil }
    let text = text.lowercased()
    let parts = (text.hasPrefix("0x") ? text.dropFirst(2) : text[...])
      .split(separator: "-", omittingEmptySubsequences: false)
    let lengths = parts.map(\.utf8.count)
    let digits: String
    if lengths == [2, 32, 16, 2] {
      digits = String(parts[1])
    } else if lengths.count == 3, parts[0] == "1", lengths[1] == 8 {
      digits = parts[1...].joined()
    } else if lengths.count <= 5, zip(lengths, [8, 4, 4, 4, 12]).dropLast().allSatisfy({ $0 == $1 }) {
      digits = parts.joined()
    } else {
      return nil
    }
    let isNumber = digits.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    guard (1...32).contains(digits.utf8.count), isNumber, digits.utf8.contains(where: { $0 != UInt8(ascii: "0") })
    else { return nil }
    self.digits = digits
  }

  package init(_ id: TraceID) {
    digits = id.description
  }

  /// Whether it has all of an ID's digits.
  package var isWhole: Bool { digits.utf8.count == 32 }

  /// The ID that this is if it is a whole one, of which others strip zeros at the beginning.
  var id: TraceID? { TraceID(hex: digits) }

  /// Whether it may be meant as a beginning, and is not looked for as one.
  var isTooShortToBegin: Bool { digits.utf8.count < QueryLimits.shortenedIDDigitsMin }

  /// The IDs that begin so; nil where the digits are too few to look for, or are all.
  var beginnings: ClosedRange<TraceID>? {
    let missing = 32 - digits.utf8.count
    guard missing > 0, digits.utf8.count >= QueryLimits.shortenedIDDigitsMin,
      let last = TraceID(hex: digits + String(repeating: "f", count: missing))
    else { return nil }
    return (TraceID(hex: digits + String(repeating: "0", count: missing)) ?? TraceID(high: 0, low: 1))...last
  }
}

extension TraceReference: CustomStringConvertible {
  /// As an ID of 32 digits, or as the beginning of one.
  package var description: String { beginnings == nil ? id?.description ?? digits : digits }
}
