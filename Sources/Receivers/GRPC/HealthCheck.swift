import NIOCore

/// `grpc.health.v1.Health/Check` (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).
///
/// While a connection takes calls the collector serves, so that is the answer. `Watch` is UNIMPLEMENTED, after which clients
/// take a server for healthy as long as it is there; a stream held open for each of them would say no more.
enum HealthCheck {
  /// The longest request in bytes; it holds the name of a service.
  static let requestByteCountMax = 1024

  /// HealthCheckResponse.status = SERVING.
  private static let serving: [UInt8] = [0x08, 0x01]
  private static let services = ["", "opentelemetry.proto.collector.trace.v1.TraceService", "grpc.health.v1.Health"]

  static func reply(to request: ByteBuffer) -> GRPCReply {
    guard let service = service(of: request) else {
      return GRPCReply(GRPCStatus(code: .invalidArgument, message: "not a HealthCheckRequest"))
    }
    guard services.contains(service) else {
      return GRPCReply(GRPCStatus(code: .notFound, message: "there is no such service here"))
    }
    return GRPCReply(message: serving)
  }

  /// HealthCheckRequest.service; nil for bytes that are none. It has had one field for as long as it exists, so that
  /// another is taken for a mistake.
  private static func service(of request: ByteBuffer) -> String? {
    var (request, service) = (request, "")
    while let tag = request.readInteger(as: UInt8.self) {
      // The names that we know are shorter than the least length of two bytes.
      guard tag == 0x0a, let length = request.readInteger(as: UInt8.self), length < 128,
        let text = request.readString(length: Int(length))
      else { return nil }
      service = text
    }
    return service
  }
}
