/// The body of a refusal over OTLP/HTTP: google.rpc.Status, without details.
package enum StatusMessage {
  /// - Parameter code: a gRPC status code (https://grpc.io/docs/guides/status-codes/).
  package static func encode(code: Int32, message: String) -> [UInt8] {
    var packer = Packer()
    return packer.refusal(code: code, message: message)
  }

  /// The same as JSON, for who sent JSON.
  package static func encodeJSON(code: Int32, message: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("code")
      writer.literal(String(code))
      writer.key("message")
      writer.string(message)
    }
    return writer.bytes
  }

  /// Details are skipped.
  package static func decode(_ bytes: RawSpan) throws(DecodeError) -> (code: Int32, message: String) {
    try MessageShape.refusal.validate(0..<bytes.byteCount, in: bytes)
    var unpacker = Unpacker()
    return try unpacker.refusal(bytes)
  }

  /// The same for bytes in an array.
  package static func decode(_ bytes: [UInt8]) throws(DecodeError) -> (code: Int32, message: String) {
    try decode(unsafe bytes.span.bytes)
  }
}
