import OTLPCodec
import Testing
import TraceModel

/// Protobuf written by hand, right or wrong.
enum Wire {
  static func varint(_ number: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(number)
    return writer.bytes
  }

  static func tag(_ field: Int, _ wireType: Int) -> [UInt8] { varint(UInt64(field << 3 | wireType)) }

  /// A length-delimited field.
  static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    tag(number, 2) + varint(UInt64(content.count)) + content
  }

  static func field(_ number: Int, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }

  static func request(spans: [[UInt8]]) -> [UInt8] {
    field(1, field(2, spans.flatMap { field(2, $0) }))
  }

  static let traceID = field(1, Array(1...16))
  static let spanID = field(2, Array(1...8))
  static let ids = traceID + spanID

  /// An empty AnyValue inside `levels` arrays inside one another.
  static func nestedArrays(_ levels: Int) -> [UInt8] { nested(levels, [1, 5]) }

  /// An empty AnyValue inside `levels` maps inside one another.
  static func nestedMaps(_ levels: Int) -> [UInt8] { nested(levels, [2, 1, 6]) }

  /// Built back to front, so that 100,000 levels take no quadratic time. `fields` lead out of one level.
  private static func nested(_ levels: Int, _ fields: [Int]) -> [UInt8] {
    var reversed: [UInt8] = []
    for _ in 0..<levels {
      for field in fields { reversed += (tag(field, 2) + varint(UInt64(reversed.count))).reversed() }
    }
    return reversed.reversed()
  }

  /// A span whose only attribute has this AnyValue.
  static func span(value: [UInt8]) -> [UInt8] { ids + field(9, field(1, "key") + field(2, value)) }
}

extension [UInt8] {
  /// Decodes with a decoder of its own and checks what must hold for any request.
  func decoded(limits: RequestLimits = RequestLimits()) throws(DecodeError) -> DecodedRequest {
    var decoder = RequestDecoder(limits: limits)
    let decoded = try decoder.decode(self)
    #expect(decoded.batch.count + decoded.rejectedSpans == decoded.receivedSpans)
    return decoded
  }

  func decodedSpans() throws -> [Span] {
    let decoded = try decoded()
    #expect(decoded.rejected.isEmpty)
    return try decoded.batch.spans()
  }
}

/// What decoding throws; nothing if it does not.
func error(decoding bytes: [UInt8]) -> DecodeError? {
  do throws(DecodeError) {
    _ = try bytes.decoded()
    return nil
  } catch {
    return error
  }
}
