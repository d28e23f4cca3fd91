import TraceModel

/// Where the next page of spans begins. Means the same for as long as the ring holds the block; the spans of
/// blocks that are gone are skipped.
package struct SpanCursor: Hashable, Sendable {
  let segment: UInt64
  let offset: UInt64
  let row: Int

  static let rowMax = Int(UInt32.max)
  static let beginning = SpanCursor(segment: 0, offset: 0, row: 0)

  init(segment: UInt64, offset: UInt64, row: Int) {
    self.segment = segment
    self.offset = offset
    self.row = row
  }
}

extension SpanCursor: LosslessStringConvertible {
  /// Nothing for text that no cursor gave.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64(hexDigits: $0.utf8) }
    guard parts.count == 3, let segment = parts[0], let offset = parts[1], let row = parts[2],
      row <= UInt64(Self.rowMax)
    else {
      return nil
    }
    self.init(segment: segment, offset: offset, row: Int(row))
  }

  package var description: String {
    [segment, offset, UInt64(row)].map { String($0, radix: 16) }.joined(separator: "-")
  }
}
