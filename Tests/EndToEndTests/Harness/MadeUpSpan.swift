/// A span to send, in as few words as a test has use for.
struct MadeUpSpan: Sendable {
  var service: String
  var traceID: String
  var spanID: String
  var parentSpanID = ""
  var name = "work"
  /// OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
  var kind = 1
  var start: UInt64 = 1_790_000_000_000_000_000
  var nanoseconds: UInt64 = 5_000_000
  var attributes: [String: String] = [:]
  /// The resource's team.
  var team: String?

  /// A trace ID of 32 digits that nobody else uses who takes another number.
  static func traceID(_ number: Int) -> String { digits(number, 32, prefix: "7ace") }

  static func spanID(_ number: Int) -> String { digits(number, 16, prefix: "50") }

  private static func digits(_ number: Int, _ count: Int, prefix: String) -> String {
    let hex = String(number, radix: 16)
    return prefix + String(repeating: "0", count: count - prefix.count - hex.count) + hex
  }

  /// The ExportTraceServiceRequest that holds the spans.
  static func request(_ spans: [MadeUpSpan]) -> [UInt8] {
    Protobuf.make { request in
      for span in spans { request.bytes(1, span.resourceSpans) }
    }
  }

  private var resourceSpans: [UInt8] {
    Protobuf.make {
      $0.message(1) { resource in
        resource.bytes(1, Self.attribute("service.name", service))
        if let team { resource.bytes(1, Self.attribute("team", team)) }
      }
      $0.message(2) { $0.bytes(2, message) }
    }
  }

  /// OTLP's Span.
  private var message: [UInt8] {
    Protobuf.make { span in
      span.bytes(1, Self.bytes(ofHex: traceID))
      span.bytes(2, Self.bytes(ofHex: spanID))
      if !parentSpanID.isEmpty { span.bytes(4, Self.bytes(ofHex: parentSpanID)) }
      span.text(5, name)
      span.varint(6, UInt64(kind))
      span.fixed64(7, start)
      span.fixed64(8, start + nanoseconds)
      for (key, value) in attributes { span.bytes(9, Self.attribute(key, value)) }
    }
  }

  private static func attribute(_ key: String, _ value: String) -> [UInt8] {
    Protobuf.make {
      $0.text(1, key)
      $0.message(2) { $0.text(1, value) }
    }
  }

  static func bytes(ofHex hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// The same span as an OTLP JSON file holds it.
  var json: String {
    """
    {"resourceSpans": [{
      "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "\(service)"}}]},
      "scopeSpans": [{"spans": [{
        "traceId": "\(traceID)", "spanId": "\(spanID)", "parentSpanId": "\(parentSpanID)", "name": "\(name)",
        "kind": \(kind), "startTimeUnixNano": "\(start)", "endTimeUnixNano": "\(start + nanoseconds)",
        "attributes": [\(attributes.map { "{\"key\": \"\($0)\", \"value\": {\"stringValue\": \"\($1)\"}}" }.joined(separator: ","))]
      }]}]
    }]}
    """
  }
}
