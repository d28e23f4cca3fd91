import TraceModel

extension Outcome {
  /// All that `init(status:attributes:)` looks at.
  static let attributeKeys = [
    SemanticAttributes.httpResponseStatusCode, SemanticAttributes.httpStatusCode,
    SemanticAttributes.rpcResponseStatusCode, SemanticAttributes.rpcStatusCode, SemanticAttributes.rpcGRPCStatusCode,
    SemanticAttributes.errorType, SemanticAttributes.error, SemanticAttributes.otelStatusCode,
  ]

  /// The class of a span by its status and its attributes: an HTTP or gRPC code that says "failed" decides, else the
  /// status does, or an attribute that says the same. (HTTP clients call every 4xx an error and servers none of them, so
  /// the status alone will not do.)
  package init(status: SpanStatus.Code, attributes: [Attribute]) {
    let byCode =
      Self.httpStatus(attributes).flatMap(Self.init(httpStatus:))
      ?? Self.grpcStatus(attributes).flatMap(Self.init(grpcStatus:))
    self = byCode ?? (status == .error || Self.isError(attributes) ? .fault : .ok)
  }

  private init?(httpStatus: Int64) {
    switch httpStatus {
    case 429: self = .throttle
    case 400..<500: self = .error
    case 500..<600: self = .fault
    default: return nil
    }
  }

  /// Which gRPC codes are the server's fault: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/#grpc-status
  private init?(grpcStatus: Int64) {
    switch grpcStatus {
    case 8: self = .throttle
    case 2, 4, 12, 13, 14, 15: self = .fault
    case 1...16: self = .error
    default: return nil
    }
  }

  private static func isError(_ attributes: [Attribute]) -> Bool {
    if let type = attributes[SemanticAttributes.errorType]?.stringValue, !type.isEmpty { return true }
    switch attributes[SemanticAttributes.error] {
    case .bool(true), .string("true"): return true
    default: return attributes[SemanticAttributes.otelStatusCode]?.stringValue?.uppercased() == "ERROR"
    }
  }

  private static func httpStatus(_ attributes: [Attribute]) -> Int64? {
    (attributes[SemanticAttributes.httpResponseStatusCode] ?? attributes[SemanticAttributes.httpStatusCode])?.number
  }

  private static func grpcStatus(_ attributes: [Attribute]) -> Int64? {
    if let code = attributes[SemanticAttributes.rpcGRPCStatusCode]?.number { return code }
    let names = [SemanticAttributes.rpcResponseStatusCode, SemanticAttributes.rpcStatusCode]
    guard let code = names.lazy.compactMap({ attributes[$0] }).first else { return nil }
    return code.number ?? code.stringValue.flatMap { grpcNames.firstIndex(of: $0.uppercased()) }.map { Int64($0) }
  }

  /// In the order of their numbers.
  private static let grpcNames = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]
}

extension AttributeValue {
  /// A whole number, also where a careless sender made it a string.
  var number: Int64? { intValue ?? stringValue.flatMap { Int64($0) } }
}
