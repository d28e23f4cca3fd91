/// Why a datagram to the X-Ray listener holds no OTLP.
package enum XRayFault: Error, Hashable, CaseIterable {
  /// The first line is not `{"format":"json","version":1}`.
  case noHeader
  /// A segment or subsegment as X-Ray's own SDKs send it.
  case segment
  /// What follows the header is neither traces (`T1S`, `T1U`) nor a segment: metrics (`M1`), for instance.
  case notTraces
  /// What follows `T1S` or `T1U` is not base64.
  case notBase64
}

extension XRayFault: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noHeader:
      #"the datagram does not begin with {"format":"json","version":1} on a line of its own; send OTLP to --udp instead"#
    case .segment:
      "the datagram is a segment of X-Ray's own SDK, not OTLP; use AWS's OpenTelemetry SDK, or send OTLP another way"
    case .notTraces: "the datagram holds something else than traces; send traces alone"
    case .notBase64: "what follows T1S or T1U in the datagram is not base64"
    }
  }
}
