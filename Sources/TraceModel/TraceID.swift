/// The 16 bytes that every span of one trace shares
/// (https://opentelemetry.io/docs/specs/otel/trace/api/#spancontext), as two big-endian halves.
package struct TraceID: Hashable, Sendable {
  package var high: UInt64
  package var low: UInt64

  @inlinable package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// All zeros: OpenTelemetry's invalid trace ID.
  package static let zero = TraceID(high: 0, low: 0)

  package var isZero: Bool { high == 0 && low == 0 }
}

extension TraceID {
  /// Reads 1 to 32 hexadecimal digits of either case; shorter IDs are padded with zeros on the left, as other tools
  /// strip them. Nothing for any other text, and nothing for zero.
  package init?(hex: some StringProtocol) {
    guard hex.utf8.count <= 32, let lowDigits = UInt64(hexDigits: hex.utf8.suffix(16)) else { return nil }
    guard let highDigits = hex.utf8.count > 16 ? UInt64(hexDigits: hex.utf8.dropLast(16)) : 0 else { return nil }
    self.init(high: highDigits, low: lowDigits)
    if isZero { return nil }
  }

  /// Nothing unless `bytes` are exactly 16; zero is not refused here.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 16 else { return nil }
    self.init(high: UInt64(bigEndianBytes: bytes.prefix(8)), low: UInt64(bigEndianBytes: bytes.dropFirst(8)))
  }

  package var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }
}

extension TraceID: Comparable {
  package static func < (left: TraceID, right: TraceID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension TraceID: CustomStringConvertible {
  /// 32 lower-case hexadecimal digits.
  package var description: String { high.hexDigits + low.hexDigits }
}
