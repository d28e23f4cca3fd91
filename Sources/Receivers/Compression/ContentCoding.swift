/// How the bytes of a payload are packed: what stands in HTTP's `Content-Encoding` and in gRPC's `grpc-encoding`.
package enum ContentCoding: String, Hashable, Sendable, CaseIterable {
  /// As they are.
  case identity
  /// RFC 1952.
  case gzip
  /// RFC 1950, zlib's format, as HTTP defines the word (RFC 9110, 8.4.1.2) and gRPC uses it.
  case deflate
  /// RFC 8878.
  case zstd

  /// Reads a coding's name as senders write it; letter case says nothing (RFC 9110, 8.4.1).
  package init?(named name: some StringProtocol) {
    if let coding = Self(rawValue: String(name)) ?? Self(rawValue: name.lowercased()) {
      self = coding
      return
    }
    switch name.lowercased() {
    case "x-gzip": self = .gzip
    // OpenTelemetry's collectors may be set to it, and mean the same as by `deflate`.
    case "zlib": self = .deflate
    default: return nil
    }
  }
}
