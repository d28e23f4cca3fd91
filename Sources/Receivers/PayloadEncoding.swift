/// How the messages of a payload are encoded. Answers are encoded as the payload was.
package enum PayloadEncoding: String, Hashable, Sendable, CaseIterable {
  /// `application/x-protobuf`.
  case protobuf
  /// OTLP's JSON encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): `application/json`.
  case json
}
