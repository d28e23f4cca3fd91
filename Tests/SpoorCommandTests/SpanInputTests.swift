import OTLPCodec
import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct SpanInputTests {
  /// A request that looks like JSON: its first field is 123 bytes long, and 123 is `{`; the resource in it is 34 bytes
  /// long, and 34 is a quotation mark.
  static let looksLikeJSON: [UInt8] = [10, 123, 10, 34] + [UInt8](repeating: 0x20, count: 121)

  static let forms: [([UInt8], InputForm)] = [
    ([], .protobuf),
    (Array("{}".utf8), .json),
    (Array(" \r\n\t{\"resourceSpans\":[]}".utf8), .json),
    ([0xEF, 0xBB, 0xBF] + Array("{}".utf8), .json),
    (Array("\n{\n\"resourceSpans\":[]}\n".utf8), .json),
    (looksLikeJSON, .protobuf),
    (RequestEncoder.encode(madeUpSpans(3)), .protobuf),
    (framed(RequestEncoder.encode(madeUpSpans(3))), .frames),
    (framed([]) + framed([1, 2]), .frames),
    ([0, 0, 0, 0], .frames),
    (framed([1, 2]) + [0], .protobuf),
    (Array(framed([1, 2]).dropLast()), .protobuf),
    (Array("[]".utf8), .protobuf),
  ]

  @Test(arguments: forms)
  func `the form of a file is told by its content`(bytes: [UInt8], form: InputForm) {
    #expect(InputForm(detecting: bytes) == form)
  }

  @Test func `protobuf is one request, byte for byte`() throws {
    let bytes = RequestEncoder.encode(madeUpSpans(2))
    #expect(try SpanInput(bytes, as: .protobuf).requests == [.init(bytes: bytes, spanCount: nil)])
  }

  @Test func `each frame is a request, byte for byte`() throws {
    let input = try SpanInput(framed([1, 2, 3]) + framed([]) + framed([4]), as: .frames)
    #expect(input.requests.map(\.bytes) == [[1, 2, 3], [], [4]])
  }

  @Test func `a frame without its end is refused with its place`() {
    #expect(throws: InputError.cutOffFrame(at: 6)) { try SpanInput(framed([1, 2]) + [0, 0, 0, 9, 1], as: .frames) }
    #expect(throws: InputError.cutOffFrame(at: 0)) { try SpanInput([0, 0], as: .frames) }
  }

  @Test func `each JSON document is a request, on one line or many`() throws {
    let (first, second) = (madeUpSpans(2), Array(madeUpSpans(5).dropFirst(2)))
    let lines = OTLPJSON.encode(first) + [10] + OTLPJSON.encode(second) + [10]
    let input = try SpanInput(lines, as: .json)
    #expect(input.requests.map(\.spanCount) == [2, 3])
    #expect(try input.requests.map { try decoded($0.bytes) } == [first, second])
    let pretty = "{\n \"resourceSpans\" : [\n ]\n}"
    #expect(try SpanInput(Array(pretty.utf8), as: .json).requests.isEmpty)
  }

  @Test func `a document of many spans becomes requests of a bounded number`() throws {
    let count = SendingLimits.spansPerRequestMax + 1
    let input = try SpanInput(OTLPJSON.encode(madeUpSpans(count)), as: .json)
    #expect(input.requests.map(\.spanCount) == [count - 1, 1])
  }

  @Test func `spans of JSON that cannot be packed are counted with their reason`() throws {
    let text = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"00","spanId":"","name":"}{\\""}]}]}]}
      """
    let input = try SpanInput(Array(text.utf8), as: .json)
    #expect(input.rejectedSpans == 1)
    #expect(!input.rejectionMessage.isEmpty)
  }

  @Test(arguments: [
    ("{\"a\":{}", InputError.cutOffJSON(at: 0)),
    ("{} {\"a", .cutOffJSON(at: 3)),
    ("{}]", .noJSONObject(at: 2)),
    ("[]", .noJSONObject(at: 0)),
  ])
  func `what is not a row of JSON objects is refused with its place`(text: String, error: InputError) {
    #expect(throws: error) { try SpanInput(Array(text.utf8), as: .json) }
  }

  @Test func `a document that is not OTLP is refused with its place`() {
    #expect {
      try SpanInput(Array("{}\n{\"resourceSpans\":7}".utf8), as: .json)
    } throws: { error in
      if case .malformedJSON(documentAt: 3, _) = error as? InputError { true } else { false }
    }
  }

  @Test func `braces in strings are no braces`() throws {
    let text = #"{"a":"}\"{\\"}{"b":"\\\"{"}"#
    #expect(try JSONSlicer.documents(in: Array(text.utf8)).count == 2)
  }

  private func decoded(_ request: [UInt8]) throws -> [TraceModel.Span] {
    var decoder = RequestDecoder()
    return try decoder.decode(request).batch.spans()
  }
}
