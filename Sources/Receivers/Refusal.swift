/// Why a receiver refused a payload without handing it to the sink.
package enum Refusal: Error, Hashable, Sendable {
  /// An HTTP body longer than `limit` bytes, by its Content-Length or by what arrived.
  case bodyTooLarge(limit: Int)
  /// A TCP frame that says it is longer than `limit` bytes.
  case frameTooLarge(byteCount: Int, limit: Int)
  /// The connection ended inside an HTTP request.
  case truncatedBody
  /// The connection ended inside a TCP frame.
  case truncatedFrame
  /// A datagram longer than `limit` bytes, whose end the kernel cut off.
  case truncatedDatagram(limit: Int)
  /// A datagram without a byte: over UDP, where nothing is answered, surely a mistake.
  case emptyDatagram
  /// A datagram that is not framed as AWS's OpenTelemetry SDKs frame OTLP for the X-Ray daemon.
  case notOTLPOverXRay(XRayFault)
  /// Bytes that are not HTTP/1.1; the text says what the parser met.
  case malformedHTTP(String)
  /// The header of an HTTP request is longer than the limits allow.
  case headerTooLarge
  /// A path other than the door's, `/v1/traces` for OTLP.
  case notFound(path: String, wanted: String = "/v1/traces")
  /// A method other than POST.
  case methodNotAllowed(String, at: String = "/v1/traces")
  /// A browser asked for a web page of an origin that may not send.
  case originNotAllowed(String)
  /// A Content-Type other than `application/x-protobuf` and `application/json`, or none (an empty text).
  case unsupportedMediaType(String)
  /// A Content-Encoding other than those of `ContentCoding`, or more than one.
  case unsupportedEncoding(String)
  /// A compressed payload that is not of its coding, damaged, cut off, or followed by something else.
  case malformedCompression(ContentCoding)
  /// Bytes on gRPC's port that do not begin as HTTP/2 does.
  case notHTTP2
  /// A breach of HTTP/2's rules; the text says what the parser met.
  case malformedHTTP2(String)
  /// An HTTP/2 request with a content type other than gRPC's, or none (an empty text).
  case notGRPC(String)
  /// A path that is no method of ours.
  case unknownCall(path: String)
  /// A `grpc-encoding` other than those of `ContentCoding`.
  case unsupportedMessageEncoding(String)
  /// A call whose request is not one message as gRPC frames them; the text says why.
  case malformedCall(String)
  /// Many HTTP/2 frames that carry next to nothing.
  case tooManyFrames
  /// The sender took too long for a header, a body or a frame.
  case timedOut
  /// The listener has as many connections as it may.
  case tooManyConnections(limit: Int)
  /// Payloads half received already hold as much memory as they may, `limit` bytes.
  case receiveMemoryFull(limit: Int)
  /// A request without a token where one is asked for, or with one that is not known.
  case unauthorized(hasToken: Bool)
  /// A connection that sent something and never came to speak TLS: plain text, no certificate where one is asked for, a
  /// version from before TLS 1.2. The text is the library's.
  case tlsHandshakeFailed(String)
}

extension Refusal {
  /// A stable key to count under.
  package var reason: String {
    switch self {
    case .bodyTooLarge: "body_too_large"
    case .frameTooLarge: "frame_too_large"
    case .truncatedBody: "truncated_body"
    case .truncatedFrame: "truncated_frame"
    case .truncatedDatagram: "truncated_datagram"
    case .emptyDatagram: "empty_datagram"
    case .notOTLPOverXRay: "not_otlp_xray"
    case .malformedHTTP: "malformed_http"
    case .headerTooLarge: "header_too_large"
    case .notFound: "not_found"
    case .methodNotAllowed: "method_not_allowed"
    case .originNotAllowed: "origin_not_allowed"
    case .unsupportedMediaType: "unsupported_media_type"
    case .unsupportedEncoding: "unsupported_encoding"
    case .malformedCompression: "malformed_compression"
    case .notHTTP2: "not_http2"
    case .malformedHTTP2: "malformed_http2"
    case .notGRPC: "unsupported_media_type"
    case .unknownCall: "unknown_call"
    case .unsupportedMessageEncoding: "unsupported_encoding"
    case .malformedCall: "malformed_call"
    case .tooManyFrames: "too_many_frames"
    case .timedOut: "timed_out"
    case .tooManyConnections: "too_many_connections"
    case .receiveMemoryFull: "receive_memory_full"
    case .unauthorized: "unauthorized"
    case .tlsHandshakeFailed: "tls_handshake_failed"
    }
  }

  /// Whether the same payload may be accepted when it is sent again later.
  package var isRetryable: Bool {
    switch self {
    case .tooManyConnections, .receiveMemoryFull: true
    default: false
    }
  }
}

extension Refusal: CustomStringConvertible {
  /// A sentence for the sender: what is wrong and what to do. What the sender wrote is quoted short and printable.
  package var description: String {
    switch self {
    case .bodyTooLarge(let limit): "the body is longer than \(limit) bytes; send smaller batches"
    case .frameTooLarge(let byteCount, let limit):
      "the frame's length is \(byteCount) bytes, more than \(limit); a frame is a 4-byte big-endian length and an "
        + "ExportTraceServiceRequest; send smaller batches"
    case .truncatedBody: "the connection ended inside a request"
    case .truncatedFrame: "the connection ended inside a frame"
    case .truncatedDatagram(let limit): "the datagram is longer than \(limit) bytes; send smaller batches"
    case .emptyDatagram: "the datagram is empty"
    case .notOTLPOverXRay(let fault): fault.description
    case .malformedHTTP(let problem): "not a request of HTTP/1.1: \(problem)"
    case .headerTooLarge: "the request's header is too large"
    case .notFound(let path, let wanted):
      "there is nothing at \(quoted(path)): Spoor takes traces only; send spans with POST to \(wanted)"
    case .methodNotAllowed(let method, let path): "\(quoted(method)) is not accepted at \(path); use POST"
    case .originNotAllowed(let origin):
      "pages of \(quoted(origin)) may not send here; name their origin with --cors-origin"
    case .unsupportedMediaType(""): "there is no Content-Type; send application/x-protobuf or application/json"
    case .unsupportedMediaType(let type):
      "Content-Type \(quoted(type)) is not accepted; send application/x-protobuf or application/json"
    case .unsupportedEncoding(let encoding):
      "Content-Encoding \(quoted(encoding)) is not accepted; send the body with gzip, zstd, deflate or uncompressed"
    case .malformedCompression(let coding):
      "the body is not what \(coding.rawValue) makes, or is damaged or cut off; send it whole, or uncompressed"
    case .notHTTP2:
      "this port speaks gRPC, over HTTP/2 alone; send OTLP over HTTP to the port of otlp-http, by default 4318"
    case .malformedHTTP2(let problem): "not HTTP/2: \(problem)"
    case .notGRPC(let type): "Content-Type \(quoted(type)) is not gRPC; send application/grpc"
    case .unknownCall(let path):
      "there is no method \(quoted(path)); send spans to /opentelemetry.proto.collector.trace.v1.TraceService/Export"
    case .unsupportedMessageEncoding(let encoding):
      "grpc-encoding \(quoted(encoding)) is not accepted; send the message with gzip, zstd, deflate or uncompressed"
    case .malformedCall(let problem): "not a unary call: \(problem)"
    case .tooManyFrames: "too many HTTP/2 frames that carry next to nothing; send fewer PINGs, and larger DATA"
    case .timedOut: "the payload took too long to arrive"
    case .tooManyConnections(let limit): "there are already \(limit) connections; try again"
    case .receiveMemoryFull(let limit): "payloads that are still arriving already hold \(limit) bytes; try again"
    case .unauthorized(false): "a token is needed; send one as Authorization: Bearer TOKEN"
    case .unauthorized(true): "the token in Authorization is not known here; send one of those the collector was given"
    case .tlsHandshakeFailed(let problem): "no TLS connection came about: \(quoted(problem))"
    }
  }

  private func quoted(_ text: String) -> String {
    let printable = text.unicodeScalars.prefix(80).map { (" "..."~").contains($0) ? Character($0) : "?" }
    return "'" + String(printable) + (text.unicodeScalars.count > 80 ? "…'" : "'")
  }
}
