/// The answer to a request that was taken, in whole or in part: OTLP's ExportTraceServiceResponse.
package enum ExportResponse {
  /// `partial_success` is not set when no span was rejected and there is nothing to say: then the answer has no bytes.
  package static func encode(rejectedSpans: Int, message: String) -> [UInt8] {
    var packer = Packer()
    return packer.response(rejectedSpans: rejectedSpans, message: message)
  }

  /// The same as OTLP's JSON, for who sent JSON: `{}` when there is nothing to say. Like all 64-bit integers of
  /// protobuf's JSON the number is in quotes.
  package static func encodeJSON(rejectedSpans: Int, message: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      if rejectedSpans == 0 && message.isEmpty { return }
      writer.key("partialSuccess")
      writer.object { writer in
        if rejectedSpans != 0 {
          writer.key("rejectedSpans")
          writer.string(String(rejectedSpans))
        }
        if !message.isEmpty {
          writer.key("errorMessage")
          writer.string(message)
        }
      }
    }
    return writer.bytes
  }

  /// Both are zero and empty for an answer that says nothing.
  package static func decode(_ bytes: RawSpan) throws(DecodeError) -> (rejectedSpans: Int, message: String) {
    try MessageShape.response.validate(0..<bytes.byteCount, in: bytes)
    var unpacker = Unpacker()
    return try unpacker.response(bytes)
  }

  /// The same for bytes in an array.
  package static func decode(_ bytes: [UInt8]) throws(DecodeError) -> (rejectedSpans: Int, message: String) {
    try decode(unsafe bytes.span.bytes)
  }
}
