/// How the bytes of a payload are packed: what stands in HTTP's `Content-Encoding` and in gRPC's `grpc-encoding`.
///
/// `deflate` is not among them: senders do not agree whether it means zlib's format or the bare one.
package enum ContentCoding: String, Hashable, Sendable, CaseIterable {
  /// As they are.
  case identity
  /// RFC 1952.
  case gzip
  /// RFC 8878.
  case zstd

  /// Reads a coding's name as senders write it; letter case says nothing (RFC 9110, 8.4.1).
  package init?(named name: some StringProtocol) {
    if let coding = Self(rawValue: String(name)) ?? Self(rawValue: name.lowercased()) {
      self = coding
    } else if name.lowercased() == "x-gzip" {
      self = .gzip
    } else {
      return nil
    }
  }
}
