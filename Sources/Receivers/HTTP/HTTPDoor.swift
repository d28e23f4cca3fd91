import NIOHTTP1

/// Whose spans an HTTP listener takes: where they are to be sent, in which forms, and how it is said that they came.
package enum HTTPDoor: Hashable, Sendable {
  /// OTLP/HTTP.
  case otlp
  /// Zipkin's second version (https://zipkin.io/zipkin-api/): `POST /api/v2/spans`, answered with 202 and nothing else;
  /// errors are a line of text.
  case zipkin
}

extension HTTPDoor {
  var transport: Transport {
    switch self {
    case .otlp: .http
    case .zipkin: .zipkin
    }
  }

  var path: String {
    switch self {
    case .otlp: "/v1/traces"
    case .zipkin: "/api/v2/spans"
    }
  }

  /// To spans that were taken.
  var acceptedStatus: HTTPResponseStatus {
    switch self {
    case .otlp: .ok
    case .zipkin: .accepted
    }
  }

  /// How the body of a request is encoded; nil where it is none that is taken. Zipkin's senders that say nothing send JSON.
  func encoding(of headers: HTTPHeaders) -> PayloadEncoding? {
    guard let type = headers.first(name: "content-type") else { return self == .zipkin ? .json : nil }
    return PayloadEncoding(mediaType: type)
  }

  /// What stands in the Content-Type of the answer to a request.
  func answerType(_ encoding: PayloadEncoding) -> String {
    self == .zipkin ? "text/plain; charset=utf-8" : encoding.mediaType
  }
}
