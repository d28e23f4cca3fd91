import TraceModel

/// OTLP's JSON encoding of TracesData, which is that of ExportTraceServiceRequest too
/// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): lowerCamelCase names, IDs in hexadecimal, enums as
/// integers, 64-bit integers as strings, bytes in base64.
package enum OTLPJSON {
  /// Groups spans as `RequestEncoder.encode` does; fields at their default are left out. All survives but the bits
  /// of a NaN.
  ///
  /// - Precondition: attribute values are at most `AttributeValue.depthMax` deep.
  package static func encode(_ spans: [Span]) -> [UInt8] {
    var writer = JSONWriter()
    writer.tracesData(RequestEncoder.groups(of: spans))
    return writer.bytes
  }

  /// The same as protobuf's own mapping to JSON has it, which OTLP departs from and Tempo does not: IDs in base64, enums by
  /// their names (https://protobuf.dev/programming-guides/json/).
  /// - Parameter name: of the one member, `resourceSpans` or what an older message calls it.
  /// - Precondition: attribute values are at most `AttributeValue.depthMax` deep.
  package static func encodeAsProtobufMaps(_ spans: [Span], name: StaticString = "resourceSpans") -> [UInt8] {
    var writer = JSONWriter()
    writer.style = .protobuf
    writer.tracesData(RequestEncoder.groups(of: spans), name: name)
    return writer.bytes
  }

  /// Reads one JSON object. Integers may be numbers or strings and IDs of either case; names of enum values are taken
  /// too, though OTLP forbids them; null is as good as absent; unknown members are ignored.
  ///
  /// Judges spans as `RequestDecoder` does, and as there time and memory are linear in the bytes.
  package static func decode(
    _ bytes: [UInt8], limits: RequestLimits = RequestLimits()
  ) throws(DecodeError) -> DecodedRequest {
    guard bytes.count <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: bytes.count, limit: limits.requestByteCountMax)
    }
    var decoder = JSONSpanDecoder(bytes, limits: limits)
    return try decoder.tracesData()
  }

  /// The same for a body that lies elsewhere, of which it makes a copy.
  package static func decode(
    _ bytes: RawSpan, limits: RequestLimits = RequestLimits()
  ) throws(DecodeError) -> DecodedRequest {
    guard bytes.byteCount <= limits.requestByteCountMax else {
      throw .tooLarge(byteCount: bytes.byteCount, limit: limits.requestByteCountMax)
    }
    return try decode(unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }, limits: limits)
  }
}
