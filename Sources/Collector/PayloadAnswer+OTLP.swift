import OTLPCodec
import Receivers
import TraceModel

extension PayloadAnswer {
  /// A verdict in OTLP's words: an ExportTraceServiceResponse, or for an HTTP error a google.rpc.Status
  /// (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response). TCP has no status beside the body, so an error
  /// goes into the response's message there.
  init(_ verdict: Verdict, on transport: Transport) {
    let body: [UInt8]
    switch verdict {
    case .accepted: body = ExportResponse.encode(rejectedSpans: 0, message: "")
    case .partlyRejected(let spans, let reason): body = ExportResponse.encode(rejectedSpans: spans, message: reason)
    case .malformed(let why):
      body = Self.error(.invalidArgument, why, on: transport)
    case .overloaded:
      body = Self.error(.resourceExhausted, "too much is under way; try again in a second", on: transport)
    case .unavailable(let why):
      body = Self.error(.unavailable, why, on: transport)
    }
    self.init(verdict: verdict, body: body)
  }

  /// Numbers of google.rpc.Code.
  private enum StatusCode: Int32 {
    case invalidArgument = 3
    case resourceExhausted = 8
    case unavailable = 14
  }

  private static func error(_ code: StatusCode, _ message: String, on transport: Transport) -> [UInt8] {
    switch transport {
    case .http: StatusMessage.encode(code: code.rawValue, message: message)
    case .grpc, .tcp, .udp, .xray: ExportResponse.encode(rejectedSpans: 0, message: message)
    }
  }
}

extension Verdict {
  /// What to say of a decoded request once its batch is stored.
  init(_ decoded: DecodedRequest) {
    self =
      decoded.rejectedSpans == 0
      ? .accepted : .partlyRejected(spans: decoded.rejectedSpans, reason: decoded.rejectionMessage)
  }

  /// The key under which a refusal of this kind is counted.
  var reason: String {
    switch self {
    case .accepted, .partlyRejected: "none"
    case .malformed: "malformed"
    case .overloaded: "overloaded"
    case .unavailable: "unavailable"
    }
  }
}
