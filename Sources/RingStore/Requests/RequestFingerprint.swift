import TraceModel

/// What tells a request from every other: a keyed hash of its body. A sender that gets no answer sends the same bytes again.
package struct RequestFingerprint: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  /// On disk: two numbers, little-endian.
  static let byteCount = 16
  private static let highField = Field("high", at: 0, 8)
  private static let lowField = Field("low", at: 8, 8)

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// - Precondition: `bytes` are 16.
  init(bytes: ArraySlice<UInt8>) {
    self.init(high: bytes.number(Self.highField), low: bytes.number(Self.lowField))
  }

  var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    bytes.put(high, in: Self.highField)
    bytes.put(low, in: Self.lowField)
    return bytes
  }
}

/// The spans of one request, with what tells that the request has come before; nil if that does not matter.
package struct ReceivedRequest: Sendable {
  package var batch: SpanBatch
  package var fingerprint: RequestFingerprint?

  package init(_ batch: SpanBatch, fingerprint: RequestFingerprint? = nil) {
    self.batch = batch
    self.fingerprint = fingerprint
  }
}
