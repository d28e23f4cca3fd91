import NIOCore
import NIOHPACK

/// How a call ended.
struct GRPCAnswer: Equatable, Sendable {
  /// https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
  var status: Int
  /// What the server says of the status.
  var words: String
  /// The length of its google.rpc.RetryInfo.
  var retryAfter: TimeAmount?
  /// The message of an answer with status 0.
  var message: [UInt8]

  /// As https://opentelemetry.io/docs/specs/otlp/#failures has it.
  var isRetryable: Bool {
    switch status {
    case 1, 4, 10, 11, 14, 15: true
    case 8: retryAfter != nil
    default: false
    }
  }
}

extension GRPCAnswer {
  /// - Parameters:
  ///   - trailers: the last header of the answer.
  ///   - body: what came before it.
  /// - Returns: nothing for what is no answer of gRPC.
  init?(trailers: HPACKHeaders, body: ByteBuffer) {
    guard let status = trailers.first(name: "grpc-status").flatMap({ Int($0) }) else { return nil }
    self.status = status
    words = Self.decoded(trailers.first(name: "grpc-message") ?? "")
    retryAfter = trailers.first(name: "grpc-status-details-bin").flatMap { RetryInfo.delay(inDetails: $0) }
    message = []
    guard status == 0 else { return }
    // One message, which we did not allow to be compressed.
    var body = body
    guard body.readInteger(as: UInt8.self) == 0, let length = body.readInteger(as: UInt32.self),
      body.readableBytes == length
    else { return nil }
    message = Array(body.readableBytesView)
  }

  /// Undoes the percent-encoding of `grpc-message`. What is none is left as it is.
  private static func decoded(_ text: String) -> String {
    var (bytes, rest) = ([UInt8](), text.utf8[...])
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
