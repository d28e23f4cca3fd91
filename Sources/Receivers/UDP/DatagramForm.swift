/// What a datagram looks like to its listener.
package enum DatagramForm: Sendable {
  /// An ExportTraceServiceRequest, as it is.
  case raw
  /// The same in base64, behind a header, as AWS's OpenTelemetry SDKs send it to the X-Ray daemon.
  case xray

  package var transport: Transport {
    switch self {
    case .raw: .udp
    case .xray: .xray
    }
  }
}
