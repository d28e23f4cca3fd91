/// The 8 bytes that name a span inside its trace, as a big-endian number.
package struct SpanID: Hashable, Sendable {
  package var rawValue: UInt64

  @inlinable package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// All zeros: OpenTelemetry's invalid span ID; as a parent it means "none".
  package static let zero = SpanID(rawValue: 0)

  package var isZero: Bool { rawValue == 0 }
}

extension SpanID {
  /// Reads exactly 16 hexadecimal digits of either case.
  package init?(hex: some StringProtocol) {
    guard hex.utf8.count == 16, let value = UInt64(hexDigits: hex.utf8) else { return nil }
    self.init(rawValue: value)
  }

  /// Nothing unless `bytes` are exactly 8; zero is not refused here.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 8 else { return nil }
    self.init(rawValue: UInt64(bigEndianBytes: bytes))
  }

  package var bytes: [UInt8] { rawValue.bigEndianBytes }
}

extension SpanID: Comparable {
  package static func < (left: SpanID, right: SpanID) -> Bool { left.rawValue < right.rawValue }
}

extension SpanID: CustomStringConvertible {
  /// 16 lower-case hexadecimal digits.
  package var description: String { rawValue.hexDigits }
}
