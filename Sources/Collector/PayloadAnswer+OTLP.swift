import OTLPCodec
import Receivers
import TraceModel

extension PayloadAnswer {
  /// A verdict in OTLP's words: an ExportTraceServiceResponse, or for an HTTP error a google.rpc.Status
  /// (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response). TCP has no status beside the body, so an error
  /// goes into the response's message there.
  /// To Zipkin's senders it is a line of text, or nothing.
  init(_ verdict: Verdict, as encoding: PayloadEncoding, on transport: Transport) {
    let body: [UInt8]
    switch verdict {
    case .accepted where transport == .zipkin: body = []
    case .partlyRejected(_, let reason) where transport == .zipkin: body = Array(reason.utf8)
    case .accepted: body = Self.response(rejectedSpans: 0, "", as: encoding)
    case .partlyRejected(let spans, let reason): body = Self.response(rejectedSpans: spans, reason, as: encoding)
    case .malformed(let why):
      body = Self.error(.invalidArgument, why, as: encoding, on: transport)
    case .overloaded:
      body = Self.error(
        .resourceExhausted, "too much is under way; try again in a second", as: encoding, on: transport)
    case .unavailable(let why):
      body = Self.error(.unavailable, why, as: encoding, on: transport)
    }
    self.init(verdict: verdict, body: body)
  }

  /// Numbers of google.rpc.Code.
  private enum StatusCode: Int32 {
    case invalidArgument = 3
    case resourceExhausted = 8
    case unavailable = 14
  }

  private static func error(
    _ code: StatusCode, _ message: String, as encoding: PayloadEncoding, on transport: Transport
  ) -> [UInt8] {
    switch (transport, encoding) {
    case (.http, .protobuf): StatusMessage.encode(code: code.rawValue, message: message)
    case (.zipkin, _): Array(message.utf8)
    case (.http, .json): StatusMessage.encodeJSON(code: code.rawValue, message: message)
    case (.grpc, _), (.tcp, _), (.udp, _), (.xray, _): response(rejectedSpans: 0, message, as: encoding)
    }
  }

  private static func response(rejectedSpans: Int, _ message: String, as encoding: PayloadEncoding) -> [UInt8] {
    switch encoding {
    case .protobuf: ExportResponse.encode(rejectedSpans: rejectedSpans, message: message)
    case .json: ExportResponse.encodeJSON(rejectedSpans: rejectedSpans, message: message)
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
