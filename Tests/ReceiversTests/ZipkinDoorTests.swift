import Testing
import TraceModel

@testable import Receivers

@Suite struct ZipkinDoorTests {
  @Test(
    arguments: [
      ("application/json", .json), ("application/x-protobuf", .protobuf),
      ("application/json; charset=utf-8", .json), (nil, .json),
    ] as [(String?, PayloadEncoding)])
  func `spans are taken at Zipkin's path with 202`(type: String?, encoding: PayloadEncoding) throws {
    let sink = RecordingSink()
    let conversation = try HTTPConversation(sink, door: .zipkin)
    let header = type.map { "Content-Type: \($0)\r\n" } ?? ""
    try conversation.send("POST /api/v2/spans HTTP/1.1\r\nHost: z\r\n\(header)Content-Length: 2\r\n\r\n[]")
    let answer = try conversation.answer()
    #expect(answer.status == 202)
    #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
    #expect(sink.payloads == [Array("[]".utf8)])
    #expect(conversation.isActive)
  }

  @Test(
    arguments: [
      (
        "POST /api/v1/spans HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404,
        Refusal.notFound(path: "/api/v1/spans", wanted: "/api/v2/spans")
      ),
      (
        "POST /v1/traces HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404,
        .notFound(path: "/v1/traces", wanted: "/api/v2/spans")
      ),
      ("GET /api/v2/spans HTTP/1.1\r\n\r\n", 405, .methodNotAllowed("GET", at: "/api/v2/spans")),
      (
        "POST /api/v2/spans HTTP/1.1\r\nContent-Type: application/x-thrift\r\nContent-Length: 0\r\n\r\n", 415,
        .unsupportedMediaType("application/x-thrift")
      ),
      (
        "POST /api/v2/spans HTTP/1.1\r\nContent-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n",
        415, .unsupportedEncoding("br")
      ),
    ] as [(String, Int, Refusal)])
  func `anything else is refused and counted`(request: String, status: Int, refusal: Refusal) throws {
    let sink = RecordingSink()
    let conversation = try HTTPConversation(sink, door: .zipkin)
    try conversation.send(request)
    #expect(try conversation.answer().status == status)
    #expect(sink.refusals == [refusal])
    #expect(sink.payloads.isEmpty)
  }

  @Test func `a browser's page may send where OTLP's may`() throws {
    let conversation = try HTTPConversation(
      RecordingSink(), door: .zipkin, cors: CORSPolicy(origins: [.exactly("https://shop.example")]))
    let ask = "Origin: https://shop.example\r\nAccess-Control-Request-Method: POST\r\n\r\n"
    try conversation.send("OPTIONS /api/v2/spans HTTP/1.1\r\n\(ask)")
    #expect(try conversation.answer().status == 204)
    try conversation.send("OPTIONS /v1/traces HTTP/1.1\r\n\(ask)")
    #expect(try conversation.answer().status == 404)
  }

  @Test func `a token that is asked for is needed here, too`() throws {
    let sink = RecordingSink()
    let conversation = try HTTPConversation(sink, door: .zipkin, token: "secret")
    try conversation.send(
      "POST /api/v2/spans HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")
    #expect(try conversation.answer().status == 401)
    #expect(sink.refusals == [.unauthorized(hasToken: false)])
  }
}
