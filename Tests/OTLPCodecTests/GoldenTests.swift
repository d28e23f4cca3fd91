import OTLPCodec
import Testing
import TraceModel

/// Bytes worked out by hand from the encoding's definition.
@Suite struct GoldenTests {
  private let span = Span(
    traceID: TraceID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10),
    spanID: SpanID(rawValue: 0x1112_1314_1516_1718), flags: 1, name: "GET", kind: .server,
    start: Timestamp(unixNanoseconds: 1), end: Timestamp(unixNanoseconds: 0x0102),
    attributes: [Attribute("k", .int(300))], status: SpanStatus(code: .error),
    resource: Resource(attributes: [Attribute("service.name", .string("a"))]),
    scope: InstrumentationScope(name: "s", schemaURL: "u"))

  private let bytes: [UInt8] = [
    0x0a, 0x6c,  // resource_spans: 108 bytes
    0x0a, 0x15,  // resource: 21 bytes
    0x0a, 0x13,  // attributes
    0x0a, 0x0c, 0x73, 0x65, 0x72, 0x76, 0x69, 0x63, 0x65, 0x2e, 0x6e, 0x61, 0x6d, 0x65,  // key "service.name"
    0x12, 0x03, 0x0a, 0x01, 0x61,  // value: string "a"
    0x12, 0x53,  // scope_spans: 83 bytes
    0x0a, 0x03, 0x0a, 0x01, 0x73,  // scope: name "s"
    0x12, 0x49,  // spans: 73 bytes
    0x0a, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,  // trace_id
    0x12, 0x08, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,  // span_id
    0x2a, 0x03, 0x47, 0x45, 0x54,  // name "GET"
    0x30, 0x02,  // kind: server
    0x39, 1, 0, 0, 0, 0, 0, 0, 0,  // start
    0x41, 2, 1, 0, 0, 0, 0, 0, 0,  // end
    0x4a, 0x08, 0x0a, 0x01, 0x6b, 0x12, 0x03, 0x18, 0xac, 0x02,  // attributes: "k" is 300
    0x7a, 0x02, 0x18, 0x02,  // status: code error
    0x85, 0x01, 1, 0, 0, 0,  // flags
    0x1a, 0x01, 0x75,  // schema_url of the scope: "u"
  ]

  @Test func `a known span is packed to known bytes`() {
    #expect(RequestEncoder.encode([span]) == bytes)
  }

  @Test func `known bytes are a known span`() throws {
    #expect(try bytes.decodedSpans() == [span])
  }

  @Test func `an answer without rejected spans has no bytes`() throws {
    #expect(ExportResponse.encode(rejectedSpans: 0, message: "") == [])
    let answer = try ExportResponse.decode([UInt8]())
    #expect(answer == (0, ""))
  }

  @Test func `an answer says how many spans were rejected and why`() throws {
    let bytes = ExportResponse.encode(rejectedSpans: 300, message: "no")
    #expect(bytes == [0x0a, 0x07, 0x08, 0xac, 0x02, 0x12, 0x02, 0x6e, 0x6f])
    let answer = try ExportResponse.decode(bytes)
    #expect(answer == (300, "no"))
    let warning = try ExportResponse.decode(ExportResponse.encode(rejectedSpans: 0, message: "a\0b"))
    #expect(warning == (0, "a\0b"))
  }

  @Test func `a refusal is a code and a message, with details skipped`() throws {
    let bytes = StatusMessage.encode(code: 3, message: "bad")
    #expect(bytes == [0x08, 0x03, 0x12, 0x03, 0x62, 0x61, 0x64])
    let refusal = try StatusMessage.decode((bytes + Wire.field(3, Wire.field(1, "type"))))
    #expect(refusal == (3, "bad"))
  }

  @Test func `garbled answers are refused`() {
    #expect(throws: DecodeError.self) { try ExportResponse.decode([0x0a, 0x05, 0x08]) }
    #expect(throws: DecodeError.self) { try StatusMessage.decode([0x0a, 0x00]) }
  }
}
