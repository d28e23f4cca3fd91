import TraceModel

/// Zipkin's spans of its second version (https://zipkin.io/zipkin-api/, https://github.com/openzipkin/zipkin-api/blob/master/zipkin.proto),
/// as OpenTelemetry's collector reads them.
///
/// Spans are judged as `RequestDecoder` judges them, under the same limits, and time and memory are linear in the bytes.
package enum ZipkinSpans {
  /// Reads a JSON array of spans. Integers may be numbers or strings; unknown members are ignored; null is as good as absent.
  package static func decodeJSON(
    _ bytes: [UInt8], limits: RequestLimits = RequestLimits()
  ) throws(DecodeError) -> DecodedRequest {
    guard bytes.count <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: bytes.count, limit: limits.requestByteCountMax)
    }
    var decoder = ZipkinJSONDecoder(bytes, limits: limits)
    return try decoder.spans()
  }

  /// The same for a body that lies elsewhere, of which it makes a copy.
  package static func decodeJSON(
    _ bytes: RawSpan, limits: RequestLimits = RequestLimits()
  ) throws(DecodeError) -> DecodedRequest {
    guard bytes.byteCount <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: bytes.byteCount, limit: limits.requestByteCountMax)
    }
    return try decodeJSON(unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }, limits: limits)
  }

  /// Reads a `zipkin.proto3.ListOfSpans`, of which it makes a copy. No bytes are a list of no spans.
  package static func decodeProtobuf(
    _ bytes: RawSpan, limits: RequestLimits = RequestLimits()
  ) throws(DecodeError) -> DecodedRequest {
    guard bytes.byteCount <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: bytes.byteCount, limit: limits.requestByteCountMax)
    }
    return try decodeProtobuf(unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }, limits: limits)
  }

  /// The same for bytes in an array.
  package static func decodeProtobuf(
    _ bytes: [UInt8], limits: RequestLimits = RequestLimits()
  ) throws(DecodeError) -> DecodedRequest {
    guard bytes.count <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: bytes.count, limit: limits.requestByteCountMax)
    }
    var decoder = ZipkinWireDecoder(bytes, limits: limits)
    return try decoder.spans()
  }
}
