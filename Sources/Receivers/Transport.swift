/// How a payload reached us. The raw value is the name that people type and read: `listening otlp-http 127.0.0.1:4318`,
/// `--otlp-http off`.
package enum Transport: String, Hashable, Sendable, CaseIterable {
  /// OTLP/gRPC: unary `TraceService/Export` (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc).
  case grpc = "otlp-grpc"
  /// OTLP/HTTP: `POST /v1/traces` (https://opentelemetry.io/docs/specs/otlp/#otlphttp).
  case http = "otlp-http"
  /// Frames of a 4-byte big-endian length and a payload, each answered by such a frame.
  case tcp
  /// A payload a datagram, never answered.
  case udp
  /// Datagrams as the X-Ray daemon takes them from AWS's OpenTelemetry SDKs: a line of JSON, then `T1S` or `T1U` and a
  /// payload in base64.
  case xray = "xray-udp"
  /// Zipkin's second version over HTTP: `POST /api/v2/spans` (https://zipkin.io/zipkin-api/).
  case zipkin
}

extension Transport {
  /// Whether senders connect; else they send datagrams.
  package var hasConnections: Bool {
    switch self {
    case .grpc, .http, .tcp, .zipkin: true
    case .udp, .xray: false
    }
  }
}

extension Transport: CustomStringConvertible {
  package var description: String { rawValue }
}
