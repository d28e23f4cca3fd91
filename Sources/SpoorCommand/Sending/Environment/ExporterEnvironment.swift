import Foundation
import NIOCore

/// What `OTEL_EXPORTER_OTLP_…` says about where and how spans are sent, as the OpenTelemetry specification has it
/// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). Flags are stronger.
struct ExporterEnvironment: Sendable {
  /// The names of `OTEL_EXPORTER_OTLP_PROTOCOL`.
  enum WireProtocol: String, Hashable, Sendable, CaseIterable {
    case grpc
    case httpProtobuf = "http/protobuf"
    case httpJSON = "http/json"
  }

  /// The names of `OTEL_EXPORTER_OTLP_COMPRESSION`, and `zstd`, which our senders have beside them.
  enum Compression: String, Hashable, Sendable, CaseIterable {
    case none, gzip, zstd
  }

  private(set) var wire: WireProtocol?
  private(set) var endpoint: ExporterEndpoint?
  /// Go with each request.
  private(set) var headers: [RequestHeader] = []
  private(set) var compression: Compression?
  /// Of each attempt.
  private(set) var timeout: TimeAmount?
  /// Files in PEM form: whom to trust, and what to show.
  private(set) var certificateFile: String?
  private(set) var clientKeyFile: String?
  private(set) var clientCertificateFile: String?
  /// A sentence each for what cannot be understood, which the specification has ignored.
  private(set) var warnings: [String] = []

  init(_ environment: [String: String]) {
    let variables = ExporterVariables(environment)
    wire = read(variables["PROTOCOL"], "grpc, http/protobuf or http/json") { WireProtocol(rawValue: $0.text) }
    if wire == .httpJSON {
      warnings.append("http/json is asked for by the environment; spans are sent as protobuf over HTTP")
    }
    endpoint = read(variables["ENDPOINT"], "a URL such as http://127.0.0.1:4318") {
      ExporterEndpoint(parsing: $0.text, isForTraces: $0.isForTraces)
    }
    headers = read(variables["HEADERS"], "NAME=VALUE,NAME=VALUE") { Self.headers($0.text) } ?? []
    compression = read(variables["COMPRESSION"], "gzip, zstd or none") { Compression(rawValue: $0.text) }
    timeout = read(variables["TIMEOUT"], "milliseconds") { value in
      UInt32(value.text).flatMap { $0 > 0 ? TimeAmount.milliseconds(Int64($0)) : nil }
    }
    certificateFile = variables["CERTIFICATE"]?.text
    clientKeyFile = variables["CLIENT_KEY"]?.text
    clientCertificateFile = variables["CLIENT_CERTIFICATE"]?.text
  }

  private mutating func read<Value>(
    _ said: ExporterVariables.Value?, _ wanted: String, _ parse: (ExporterVariables.Value) -> Value?
  ) -> Value? {
    guard let said else { return nil }
    if let value = parse(said) { return value }
    // What it holds is not repeated: headers hold passwords.
    warnings.append("\(said.name) is ignored: it takes \(wanted)")
    return nil
  }

  /// `NAME=VALUE` with commas between them, percent-encoded as in W3C Baggage.
  private static func headers(_ text: String) -> [RequestHeader]? {
    var headers: [RequestHeader] = []
    for pair in text.split(separator: ",") {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { half in
        String(half).trimmed.removingPercentEncoding
      }
      guard halves.count == 2, let name = halves[0], let value = halves[1],
        let header = RequestHeader(name: name, value: value)
      else { return nil }
      headers.append(header)
    }
    return headers
  }
}
