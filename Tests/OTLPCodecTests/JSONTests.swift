import OTLPCodec
import Testing
import TraceModel

@Suite struct JSONTests {
  /// The example of the OpenTelemetry protocol's own repository, examples/trace.json, in our words.
  private let example = """
    {"resourceSpans": [{
      "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "my.service"}}]},
      "scopeSpans": [{
        "scope": {"name": "my.library", "version": "1.0.0", "attributes": [
          {"key": "my.scope.attribute", "value": {"stringValue": "some scope attribute"}}]},
        "spans": [{
          "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "EEE19B7EC3C1B174",
          "parentSpanId": "EEE19B7EC3C1B173", "name": "I'm a server span",
          "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": "1544712661000000000", "kind": 2,
          "attributes": [{"key": "my.span.attr", "value": {"stringValue": "some value"}}]}]}]}]}
    """

  private func decoded(_ json: String) throws(DecodeError) -> DecodedRequest { try OTLPJSON.decode(Array(json.utf8)) }

  private func span(_ members: String) throws -> Span {
    let decoded = try decoded(
      """
      {"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",\(members)}]}]}]}
      """)
    return try #require(try decoded.batch.spans().first)
  }

  private func value(_ json: String) throws -> AttributeValue? {
    try span(#""attributes":[{"key":"k","value":\#(json)}]"#).attributes["k"]
  }

  @Test func `the protocol's own example is read`() throws {
    let start = Timestamp(unixSeconds: 1_544_712_660)
    #expect(
      try decoded(example).batch.spans() == [
        Span(
          traceID: TraceID(high: 0x5b8e_fff7_9803_8103, low: 0xd269_b633_813f_c60c),
          spanID: SpanID(rawValue: 0xeee1_9b7e_c3c1_b174), parentSpanID: SpanID(rawValue: 0xeee1_9b7e_c3c1_b173),
          name: "I'm a server span", kind: .server, start: start, end: start + .seconds(1),
          attributes: [Attribute("my.span.attr", .string("some value"))],
          resource: Resource(attributes: [Attribute("service.name", .string("my.service"))]),
          scope: InstrumentationScope(
            name: "my.library", version: "1.0.0",
            attributes: [Attribute("my.scope.attribute", .string("some scope attribute"))]))
      ])
  }

  @Test func `spans are written as OTLP's JSON`() throws {
    let span = Span(
      traceID: TraceID(high: 0, low: 0xabc), spanID: SpanID(rawValue: 0xdef), name: "a\"\n", kind: .client,
      start: Timestamp(unixNanoseconds: .max), end: Timestamp(unixNanoseconds: 0),
      attributes: [
        Attribute("i", .int(-5)), Attribute("d", .double(.nan)), Attribute("b", .bytes([255, 254])),
        Attribute("e", .empty), Attribute("a", .array([])),
      ], status: SpanStatus(code: .error))
    let text = String(decoding: OTLPJSON.encode([span]), as: UTF8.self)
    let expected = """
      {"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[\
      {"traceId":"00000000000000000000000000000abc","spanId":"0000000000000def","name":"a\\"\\u000a","kind":3,\
      "startTimeUnixNano":"18446744073709551615","attributes":[\
      {"key":"i","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":"NaN"}},\
      {"key":"b","value":{"bytesValue":"//4="}},{"key":"e","value":{}},\
      {"key":"a","value":{"arrayValue":{"values":[]}}}],"status":{"code":2}}]}]}]}
      """
    #expect(text == expected)
  }

  @Test func `integers may be numbers or strings, and enum values may be named`() throws {
    let one = try span(
      #""startTimeUnixNano":1544712660000000001,"endTimeUnixNano":"18446744073709551615","kind":"3","flags":"257","droppedEventsCount":1e2"#
    )
    #expect(one.start == Timestamp(unixNanoseconds: 1_544_712_660_000_000_001))
    #expect(one.end == Timestamp(unixNanoseconds: .max))
    #expect(one.kind == .client && one.flags == 257 && one.droppedEventsCount == 100)
    #expect(try span(#""kind":"SPAN_KIND_CONSUMER","status":{"code":"STATUS_CODE_OK"}"#).kind == .consumer)
    #expect(try value(#"{"intValue":"-9223372036854775808"}"#) == .int(.min))
    #expect(try value(#"{"intValue":9223372036854775807}"#) == .int(.max))
    #expect(try value(#"{"intValue":1.0}"#) == .int(1))
    for bad in [#""1.5""#, "1.5", "9223372036854775808", "true", #""""#, #""0x10""#, "01", "+1", "1.", "-"] {
      #expect(throws: DecodeError.self, "\(bad)") { try value(#"{"intValue":\#(bad)}"#) }
    }
  }

  @Test func `values of every type are read`() throws {
    #expect(try value("{}") == .empty)
    #expect(try value("null") == .empty)
    #expect(try value(#"{"stringValue":null}"#) == .empty)
    #expect(try value(#"{"stringValueStrindex":3}"#) == .empty)
    #expect(try value(#"{"doubleValue":"-Infinity"}"#) == .double(-.infinity))
    #expect(try value(#"{"doubleValue":"1.5"}"#) == .double(1.5))
    #expect(try value(#"{"doubleValue":1E-2}"#) == .double(0.01))
    #expect(try value(#"{"bytesValue":"-_8"}"#) == .bytes([0xfb, 0xff]))
    #expect(try value(#"{"bytesValue":"AA=="}"#) == .bytes([0]))
    #expect(try value(#"{"arrayValue":{"values":[{"boolValue":true},null]}}"#) == .array([.bool(true), .empty]))
    #expect(try value(#"{"kvlistValue":{}}"#) == .keyValueList([]))
    for bad in [#"{"bytesValue":"A"}"#, #"{"bytesValue":"A=A="}"#, #"{"boolValue":"true"}"#, #"{"doubleValue":"nan"}"#]
    {
      #expect(throws: DecodeError.self, "\(bad)") { try value(bad) }
    }
  }

  @Test func `escapes are undone, and what is no Unicode is repaired and counted`() throws {
    #expect(
      try value(#"{"stringValue":"\u00e9\ud83d\ude00\/\b\f\n\r\t\\\"\u0000"}"#) == .string("é😀/\u{8}\u{c}\n\r\t\\\"\0"))
    let json = #"{"resourceSpans":[{"schemaUrl":"\ud83d!","scopeSpans":[{"schemaUrl":"\udc00"}]}]}"#
    #expect(try decoded(json).repairedStrings == 2)
    let invalid = Array(#"{"resourceSpans":[{"schemaUrl":""#.utf8) + [0xff] + Array(#""}]}"#.utf8)
    #expect(try OTLPJSON.decode(invalid).repairedStrings == 1)
  }

  @Test func `unknown members are ignored, whatever they hold`() throws {
    let span = try span(#""name":"n","new":{"a":[1,"\u0041",null,{"b":false}]},"traceStates":[]"#)
    #expect(span.name == "n")
    #expect(try decoded(#" {"other":[[]], "resourceSpans":null} "#).receivedSpans == 0)
  }

  @Test func `resource, scope and schema URLs may stand behind their spans`() throws {
    let json = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"01"},
      {"spanId":"eee19b7ec3c1b174","traceId":"5b8efff798038103d269b633813fc60c"}],"schemaUrl":"s","scope":{"name":"n"}}],
      "schemaUrl":"r","resource":{"droppedAttributesCount":2}},{}]}
      """
    let decoded = try decoded(json)
    #expect(decoded.rejected == [.invalidSpanID: 1])
    let span = try decoded.batch.span(at: 0)
    #expect(span.resource == Resource(droppedAttributesCount: 2, schemaURL: "r"))
    #expect(span.scope == InstrumentationScope(name: "n", schemaURL: "s"))
  }

  @Test func `spans are judged as on the wire`() throws {
    let ids = #""traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174""#
    let spans: [(String, RejectionReason?)] = [
      ("{\(ids)}", nil),
      ("{}", .invalidTraceID),
      (#"{"traceId":"abc","spanId":"eee19b7ec3c1b174"}"#, .invalidTraceID),
      (#"{"traceId":"W47/95gDgQPSabYzgT/GDA==","spanId":"7uGbfsPBsXQ="}"#, .invalidTraceID),
      (#"{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"0000000000000000"}"#, .invalidSpanID),
      (#"{\#(ids),"parentSpanId":"12"}"#, .invalidParentSpanID),
      (#"{\#(ids),"parentSpanId":"0000000000000000"}"#, nil),
      (#"{\#(ids),"links":[{}]}"#, .invalidLinkID),
      (#"{\#(ids),"links":[{"traceId":"00000000000000000000000000000000","spanId":"0000000000000000"}]}"#, nil),
    ]
    for (span, reason) in spans {
      let decoded = try decoded(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(span)]}]}]}"#)
      #expect(decoded.rejected == (reason.map { [$0: 1] } ?? [:]), "\(span)")
      #expect(decoded.receivedSpans == 1)
    }
  }

  @Test(arguments: [30, 31, 32, 33, 100_000])
  func `values nested past 32 are refused`(levels: Int) {
    let arrays =
      String(repeating: #"{"arrayValue":{"values":["#, count: levels) + "{}" + String(repeating: "]}}", count: levels)
    let maps =
      String(repeating: #"{"kvlistValue":{"values":[{"key":"","value":"#, count: levels) + "{}"
      + String(repeating: "}]}}", count: levels)
    for json in [arrays, maps] {
      if levels < AttributeValue.depthMax {
        #expect(throws: Never.self) { try value(json) }
      } else {
        let error = #expect(throws: DecodeError.self) { try value(json) }
        if case .tooDeep = error { continue }
        Issue.record("\(levels): \(String(describing: error))")
      }
    }
    if levels > 1000 {
      for open in ["[", #"{"a":"#] {
        let json = #"{"new":"# + String(repeating: open, count: levels)
        #expect(throws: DecodeError.self) { try decoded(json) }
      }
    }
  }

  @Test func `a text cut anywhere is refused`() {
    let bytes = OTLPJSON.encode(Examples.rich)
    for count in 0..<bytes.count {
      #expect(throws: DecodeError.self) { try OTLPJSON.decode(Array(bytes[..<count])) }
    }
  }

  @Test(arguments: [
    "", "[]", "null x", "{} {}", #"{"resourceSpans":{}}"#, #"{"resourceSpans":[1]}"#, #"{"resourceSpans":[],}"#,
    #"{"resourceSpans":[{}{}]}"#, #"{"resourceSpans":[],"resourceSpans":[]}"#, "{\"a\":\"\n\"}", #"{"a":"\x"}"#,
    #"{"a":"\u12g4"}"#, #"{"a":nul}"#, #"{"a" 1}"#, #"{a:1}"#, #"{"resourceSpans":[{"resource":[]}]}"#,
    #"{"resourceSpans":[{"resource":{},"resource":{}}]}"#,
  ])
  func `what is not OTLP's JSON is refused`(json: String) {
    #expect(throws: DecodeError.self) { try decoded(json) }
  }

  @Test func `an answer in JSON has protobuf's names, and its 64-bit number in quotes`() {
    func answer(_ rejectedSpans: Int, _ message: String) -> String {
      String(decoding: ExportResponse.encodeJSON(rejectedSpans: rejectedSpans, message: message), as: UTF8.self)
    }
    #expect(answer(0, "") == "{}")
    #expect(answer(3, "") == #"{"partialSuccess":{"rejectedSpans":"3"}}"#)
    #expect(answer(0, "a\"b") == #"{"partialSuccess":{"errorMessage":"a\"b"}}"#)
    #expect(answer(3, "why") == #"{"partialSuccess":{"rejectedSpans":"3","errorMessage":"why"}}"#)
    let refusal = StatusMessage.encodeJSON(code: 3, message: "malformed\n")
    #expect(String(decoding: refusal, as: UTF8.self) == #"{"code":3,"message":"malformed\u000a"}"#)
  }

  @Test func `a body that lies elsewhere is read as one in an array`() throws {
    let bytes = OTLPJSON.encode(Examples.rich)
    let text = ContiguousArray([0x20] + bytes + [0x7d])
    let decoded = try OTLPJSON.decode(unsafe text.span.extracting(1..<bytes.count + 1).bytes)
    #expect(try decoded.batch.spans() == Examples.rich)
    #expect(throws: DecodeError.tooLarge(byteCount: text.count, limit: 9)) {
      try OTLPJSON.decode(unsafe text.span.bytes, limits: RequestLimits(requestByteCountMax: 9))
    }
  }

  @Test func `limits hold for JSON too`() throws {
    let text = #"{"resourceSpans":[{"scopeSpans":[{"spans":[{},{}]}]}]}"#
    #expect(throws: DecodeError.tooManySpans(limit: 1)) {
      try OTLPJSON.decode(Array(text.utf8), limits: RequestLimits(spanCountMax: 1))
    }
    #expect(throws: DecodeError.tooManyGroups(limit: 1)) {
      try OTLPJSON.decode(Array(text.utf8), limits: RequestLimits(groupCountMax: 1))
    }
    #expect(throws: DecodeError.tooLarge(byteCount: text.utf8.count, limit: 9)) {
      try OTLPJSON.decode(Array(text.utf8), limits: RequestLimits(requestByteCountMax: 9))
    }
    let decoded = try OTLPJSON.decode(OTLPJSON.encode(Examples.rich), limits: RequestLimits(spanByteCountMax: 40))
    #expect(decoded.rejected == [.spanTooLarge: 1])
  }
}
