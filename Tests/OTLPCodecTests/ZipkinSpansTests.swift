import Testing
import TraceModel

@testable import OTLPCodec

@Suite struct ZipkinSpansTests {
  @Test func `a span of JSON becomes OpenTelemetry's`() throws {
    let span = try only(Self.full)
    #expect(span.traceID == TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736))
    #expect(span.spanID == SpanID(rawValue: 0x00f0_67aa_0ba9_02b7))
    #expect(span.parentSpanID == SpanID(rawValue: 0xabc))
    #expect(span.kind == .server && span.name == "get /api")
    #expect(span.start.unixNanoseconds == 1_790_000_000_123_456_000)
    #expect(span.duration == .milliseconds(150))
    #expect(span.status == SpanStatus(code: .error, message: "no room"))
    #expect(span.traceState == "a=b" && span.scope.name == "lib" && span.scope.version == "2")
    #expect(
      span.resource.attributes == [
        Attribute("service.name", .string("Cart")),
        Attribute("host.ip", .array([.string("10.0.0.1"), .string("2001:db8::1")])),
        Attribute("service.namespace", .string("shop")),
      ])
    #expect(
      span.attributes == [
        Attribute("http.path", .string("/api")), Attribute("network.local.port", .int(8080)),
        Attribute("peer.service", .string("web")), Attribute("network.peer.address", .string("10.0.0.2")),
        Attribute("network.peer.port", .int(55_000)), Attribute("zipkin.debug", .bool(true)),
        Attribute("zipkin.shared", .bool(true)),
      ])
    #expect(
      span.events == [SpanEvent(time: Timestamp(unixNanoseconds: 1_790_000_000_130_000_000), name: "cache.miss")])
    #expect(
      span.links == [
        SpanLink(
          traceID: TraceID(high: 0, low: 7), spanID: SpanID(rawValue: 9), traceState: "s", droppedAttributesCount: 2)
      ])
  }

  @Test func `the same span as protobuf is the same`() throws {
    let decoded = try ZipkinSpans.decodeProtobuf(Self.fullOnTheWire)
    #expect(try decoded.batch.spans() == [try only(Self.full)])
    #expect(decoded.receivedSpans == 1 && decoded.rejectedSpans == 0 && decoded.repairedStrings == 0)
  }

  @Test func `what is missing is made up only where nothing could be stored without it`() throws {
    let span = try only(#"{"traceId":"ABCDEF","id":"1"}"#)
    #expect(span.traceID == TraceID(high: 0, low: 0xabcdef) && span.spanID == SpanID(rawValue: 1))
    #expect(span.kind == .internal && span.start.unixNanoseconds == 0 && span.duration == .zero)
    #expect(span.resource.attributes == [Attribute("service.name", .string("unknown_service"))])
    #expect(span.attributes.isEmpty)
    let late = try only(
      #"{"traceId":"1","id":"1","annotations":[{"timestamp":9,"value":"b"},{"timestamp":5,"value":"a"}]}"#)
    #expect(late.start.unixNanoseconds == 5000)
  }

  @Test(
    arguments: [
      (#""error":"""#, SpanStatus.Code.error, "", nil), (#""error":"true""#, .error, "", "true"),
      (#""error":"false""#, .unset, "", "false"), (#""error":"timeout""#, .error, "timeout", nil),
      (#""otel.status_code":"OK""#, .ok, "", nil),
      (#""otel.status_code":"STATUS_CODE_ERROR","otel.status_description":"x""#, .error, "x", nil),
    ] as [(String, SpanStatus.Code, String, String?)])
  func `status is what Zipkin's tags say`(tags: String, code: SpanStatus.Code, message: String, kept: String?) throws {
    let span = try only(#"{"traceId":"1","id":"1","tags":{\#(tags)}}"#)
    #expect(span.status == SpanStatus(code: code, message: message))
    #expect(span.attributes["error"]?.stringValue == kept)
  }

  @Test(arguments: [
    (#"{"id":"1"}"#, RejectionReason.invalidTraceID), (#"{"traceId":"0","id":"1"}"#, .invalidTraceID),
    (#"{"traceId":"xyz","id":"1"}"#, .invalidTraceID),
    (#"{"traceId":"123456789012345678901234567890123","id":"1"}"#, .invalidTraceID),
    (#"{"traceId":"1"}"#, .invalidSpanID), (#"{"traceId":"1","id":"0"}"#, .invalidSpanID),
    (#"{"traceId":"1","id":"12345678901234567"}"#, .invalidSpanID),
    (#"{"traceId":"1","id":"1","parentId":"nobody"}"#, .invalidParentSpanID),
  ])
  func `a span without its IDs is rejected, and others beside it are not`(json: String, reason: RejectionReason) throws
  {
    let decoded = try ZipkinSpans.decodeJSON(Array("[\(json),\(Self.full)]".utf8))
    #expect(decoded.rejected == [reason: 1] && decoded.batch.count == 1 && decoded.receivedSpans == 2)
  }

  @Test(arguments: [
    "", "{}", "[", "[{}", "[{}]x", #"[{"kind":"OTHER"}]"#, #"[{"tags":{"a":1}}]"#, #"[{"timestamp":-1}]"#,
    #"[{"timestamp":1.5}]"#, #"[{"binaryAnnotations":[]}]"#, #"[{"annotations":{}}]"#, #"["span"]"#,
    #"[{"x":"# + String(repeating: "[", count: 100_000) + "]",
  ])
  func `what is no list of spans is refused`(json: String) {
    #expect(throws: DecodeError.self) { try ZipkinSpans.decodeJSON(Array(json.utf8)) }
  }

  @Test func `times at the end of time stay there`() throws {
    let span = try only(#"{"traceId":"1","id":"1","timestamp":18446744073709551615,"duration":"18446744073709551615"}"#)
    #expect(span.start.unixNanoseconds == .max && span.end.unixNanoseconds == .max)
  }

  @Test func `a span with too many tags, and one that is too long, are rejected alone`() throws {
    let tags = (0..<20_000).map { "\"t\($0)\":\"\"" }.joined(separator: ",")
    let decoded = try ZipkinSpans.decodeJSON(
      Array(#"[{"traceId":"1","id":"1","tags":{\#(tags)}},{"traceId":"1","id":"2"}]"#.utf8))
    #expect(decoded.rejected == [.spanTooLarge: 1] && decoded.batch.count == 1)
    var limits = RequestLimits()
    limits.spanByteCountMax = 10
    let long = try ZipkinSpans.decodeJSON(
      Array(#"[{"traceId":"1","id":"1","name":"\#(String(repeating: "n", count: 100))"}]"#.utf8), limits: limits)
    #expect(long.rejected == [.spanTooLarge: 1])
    limits.spanCountMax = 1
    #expect(throws: DecodeError.tooManySpans(limit: 1)) {
      try ZipkinSpans.decodeJSON(Array(#"[{"traceId":"1","id":"1"},{"traceId":"1","id":"2"}]"#.utf8), limits: limits)
    }
  }

  @Test func `a tag that comes twice counts as it came last`() throws {
    let span = try only(#"{"traceId":"1","id":"1","tags":{"a":"1","b":"2","a":"3"}}"#)
    #expect(span.attributes == [Attribute("a", .string("3")), Attribute("b", .string("2"))])
  }

  @Test func `a remote name that an attribute says already is not said again`() throws {
    let span = try only(
      #"{"traceId":"1","id":"1","kind":"CLIENT","remoteEndpoint":{"serviceName":"db.example"},"tags":{"server.address":"DB.example"}}"#
    )
    #expect(span.attributes == [Attribute("server.address", .string("DB.example"))])
  }

  @Test(arguments: [
    ([UInt8](repeating: 0, count: 16), "::"), ([UInt8](repeating: 0, count: 15) + [1], "::1"),
    ([0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2], "2001:db8:0:1::2"),
    ([UInt8](repeating: 0xff, count: 16), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
  ])
  func `addresses of 16 bytes are written as RFC 5952 has them`(bytes: [UInt8], text: String) throws {
    let span =
      Wire.field(1, [UInt8](repeating: 1, count: 8)) + Wire.field(3, [UInt8](repeating: 2, count: 8))
      + Wire.field(9, Wire.field(3, bytes))
    let found = try ZipkinSpans.decodeProtobuf(Wire.field(1, span)).batch.spans()
    #expect(found.first?.attributes["network.peer.address"] == .string(text))
    #expect(found.first?.traceID.high == 0)
  }

  @Test func `mutated lists never trap, and every span is accounted for`() {
    let seed = RoundTripTests.seed
    print("SPOOR_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    var taken = 0
    for (isJSON, original) in [(true, Array("[\(Self.full),\(Self.full)]".utf8)), (false, Self.fullOnTheWire)] {
      for round in 0..<6000 {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          switch Int.random(in: 0..<4, using: &random) {
          case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          case 1: bytes[place] = .random(in: 0...255, using: &random)
          case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
          default: bytes.remove(at: place)
          }
        }
        guard let decoded = try? isJSON ? ZipkinSpans.decodeJSON(bytes) : ZipkinSpans.decodeProtobuf(bytes) else {
          continue
        }
        taken += 1
        #expect(decoded.batch.count + decoded.rejectedSpans == decoded.receivedSpans, "seed \(seed), round \(round)")
        #expect((try? decoded.batch.spans().count) == decoded.batch.count)
      }
    }
    #expect(taken > 100)
  }

  private func only(_ json: String) throws -> TraceModel.Span {
    let decoded = try ZipkinSpans.decodeJSON(Array("[\(json)]".utf8))
    #expect(decoded.rejected.isEmpty)
    return try #require(try decoded.batch.spans().first)
  }

  static let full = #"""
    {"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","parentId":"abc","id":"00f067aa0ba902b7","kind":"SERVER",
    "name":"get /api","timestamp":1790000000123456,"duration":150000,"debug":true,"shared":true,"unknown":[{}],
    "localEndpoint":{"serviceName":"cart","ipv4":"10.0.0.1","ipv6":"2001:db8::1","port":8080},
    "remoteEndpoint":{"serviceName":"web","ipv4":"10.0.0.2","port":55000},
    "annotations":[{"timestamp":1790000000130000,"value":"cache.miss"}],
    "tags":{"http.path":"/api","error":"no room","service.name":"Cart","service.namespace":"shop",
    "w3c.tracestate":"a=b","otel.scope.name":"lib","otel.scope.version":"2",
    "otlp.link.0":"00000000000000000000000000000007|0000000000000009|s|{}|2"}}
    """#

  static var fullOnTheWire: [UInt8] {
    func number(_ field: Int, _ value: UInt64) -> [UInt8] { Wire.tag(field, 0) + Wire.varint(value) }
    func fixed(_ field: Int, _ value: UInt64) -> [UInt8] { Wire.tag(field, 1) + value.bigEndianBytes.reversed() }
    let local =
      Wire.field(1, "cart") + Wire.field(2, [10, 0, 0, 1])
      + Wire.field(3, [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) + number(4, 8080)
    let remote = Wire.field(1, "web") + Wire.field(2, [10, 0, 0, 2]) + number(4, 55_000)
    let annotation = fixed(1, 1_790_000_000_130_000) + Wire.field(2, "cache.miss")
    var span = Wire.field(1, TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736).bytes)
    span += Wire.field(2, SpanID(rawValue: 0xabc).bytes) + Wire.field(3, SpanID(rawValue: 0x00f0_67aa_0ba9_02b7).bytes)
    span += number(4, 2) + Wire.field(5, "get /api") + fixed(6, 1_790_000_000_123_456) + number(7, 150_000)
    span += Wire.field(8, local) + Wire.field(9, remote) + Wire.field(10, annotation)
    for (key, value) in [
      ("http.path", "/api"), ("error", "no room"), ("service.name", "Cart"), ("service.namespace", "shop"),
      ("w3c.tracestate", "a=b"), ("otel.scope.name", "lib"), ("otel.scope.version", "2"),
      ("otlp.link.0", "00000000000000000000000000000007|0000000000000009|s|{}|2"),
    ] {
      span += Wire.field(11, Wire.field(1, key) + Wire.field(2, value))
    }
    return Wire.field(1, span + number(12, 1) + number(13, 1))
  }
}
