import NIOCore
import NIOHPACK

/// An answer to one call: a message and OK, or one header with another status and no message.
struct GRPCReply {
  /// The header before a message, which is always the same.
  private static let head: HPACKHeaders = [
    ":status": "200", "content-type": "application/grpc", "grpc-accept-encoding": acceptedEncodings,
  ]
  private static let okTrailers: HPACKHeaders = ["grpc-status": "0"]
  private static let acceptedEncodings = "identity,gzip,zstd,deflate"

  /// The header, and whether it is all there is.
  let head: HPACKHeaders
  let body: (message: ByteBuffer, trailers: HPACKHeaders)?

  /// OK, with a message.
  init(message: [UInt8]) {
    var framed = ByteBufferAllocator().buffer(capacity: 5 + message.count)
    framed.writeInteger(UInt8(0))
    framed.writeInteger(UInt32(message.count))
    framed.writeBytes(message)
    head = Self.head
    body = (framed, Self.okTrailers)
  }

  /// Any status but OK.
  init(_ status: GRPCStatus) {
    var headers = Self.head
    status.addTrailers(to: &headers)
    (head, body) = (headers, nil)
  }

  init(_ answer: PayloadAnswer) {
    let status = GRPCStatus(answer.verdict)
    if status.code == .ok { self.init(message: answer.body) } else { self.init(status) }
  }

  /// What is not gRPC is answered as HTTP is.
  init(_ refusal: Refusal) {
    switch refusal {
    case .notGRPC: self.init(httpStatus: "415")
    case .methodNotAllowed: self.init(httpStatus: "405")
    default: self.init(GRPCStatus(refusal))
    }
  }

  private init(httpStatus: String) {
    (head, body) = ([":status": httpStatus], nil)
  }
}
