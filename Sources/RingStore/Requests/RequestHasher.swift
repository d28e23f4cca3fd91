import CChecksum

/// Makes fingerprints of requests, on any thread. The key is the ring's secret, so nobody can make a request that passes
/// for another one.
package struct RequestHasher: Sendable {
  private let key: [UInt64]

  init(_ hashKey: HashKey) {
    // Words that have nothing to do with what the same key makes of trace IDs.
    var state = hashKey.high
    key = (0..<8).map { _ in
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ word >> 27 ^ hashKey.low) &* 0x94d0_49bb_1331_11eb
      return word ^ word >> 31
    }
  }

  /// - Parameter body: the request as it was before any compression.
  package func fingerprint(of body: RawSpan) -> RequestFingerprint {
    var result: (UInt64, UInt64) = (0, 0)
    unsafe body.withUnsafeBytes { bytes in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe withUnsafeMutablePointer(to: &result) { pair in
          unsafe pair.withMemoryRebound(to: UInt64.self, capacity: 2) { words in
            unsafe spoor_fingerprint(key.baseAddress, bytes.baseAddress, bytes.count, words)
          }
        }
      }
    }
    return RequestFingerprint(high: result.0, low: result.1)
  }
}
