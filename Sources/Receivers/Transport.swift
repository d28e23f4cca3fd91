/// How a payload reached us. The raw value is the name that people type and read: `listening otlp-http 127.0.0.1:4318`,
/// `--otlp-http off`.
package enum Transport: String, Hashable, Sendable, CaseIterable {
  /// OTLP/HTTP: `POST /v1/traces` (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
  case http = "otlp-http"
  /// Frames of a 4-byte big-endian length and a payload, each answered by such a frame.
  case tcp
  /// A payload a datagram, never answered.
  case udp
}

extension Transport: CustomStringConvertible {
  package var description: String { rawValue }
}
