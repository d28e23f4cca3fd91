import Foundation
import Testing

/// A page whose JavaScript SDK exports over OTLP/HTTP in JSON, as a browser lets it.
@Suite(.timeLimit(.minutes(10))) struct BrowserTests {
  private let origin = "http://localhost:3000"

  /// As @opentelemetry/exporter-trace-otlp-http writes it: IDs in hex, times as text, integers as numbers.
  private let request = """
    {"resourceSpans":[{"resource":{"attributes":[\
    {"key":"service.name","value":{"stringValue":"shop-page"}},\
    {"key":"telemetry.sdk.language","value":{"stringValue":"webjs"}}],"droppedAttributesCount":0},\
    "scopeSpans":[{"scope":{"name":"@opentelemetry/instrumentation-fetch","version":"0.213.0"},"spans":[\
    {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13",\
    "name":"HTTP GET","kind":3,"startTimeUnixNano":"1790000000123000000","endTimeUnixNano":"1790000000321000000",\
    "attributes":[{"key":"http.status_code","value":{"intValue":200}},\
    {"key":"http.url","value":{"stringValue":"http://localhost:3000/caf\u{e9}"}},\
    {"key":"ratio","value":{"doubleValue":0.5}},{"key":"cached","value":{"boolValue":false}},\
    {"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":-1}]}}}],\
    "droppedAttributesCount":0,"events":[{"attributes":[],"name":"fetchStart",\
    "timeUnixNano":"1790000000124000000","droppedAttributesCount":0}],"droppedEventsCount":0,\
    "status":{"code":0},"links":[],"droppedLinksCount":0,"flags":257}]}]}]}
    """

  @Test func `a page of an allowed origin asks first, sends, and its spans are stored as they were`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(
      data: folder.path("ring"), options: ["--cors-origin", "https://shop.example,\(origin)"])
    let (origin, request) = (origin, request)
    let door = try collector.http
    try await door.connect { conversation in
      try await conversation.write(
        Array(
          """
          OPTIONS /v1/traces HTTP/1.1\r\nHost: \(door)\r\nOrigin: \(origin)\r\nAccept: */*\r\n\
          Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\
          Sec-Fetch-Mode: cors\r\n\r\n
          """.utf8))
      let preflight = try await conversation.readReply()
      #expect(preflight.status == 204)
      #expect(preflight.headers["access-control-allow-origin"] == origin)
      #expect(preflight.headers["access-control-allow-methods"] == "POST")
      #expect(preflight.headers["access-control-allow-headers"] == "content-type")
      let reply = try await conversation.post(
        Array(request.utf8), to: door, contentType: "application/json",
        headers: ["Origin: \(origin)", "Accept: application/json"])
      #expect(reply.status == 200)
      #expect(reply.headers["access-control-allow-origin"] == origin)
      #expect(reply.headers["content-type"] == "application/json")
      #expect(String(decoding: reply.body, as: UTF8.self) == "{}")
    }
    let answer = try await Spoor.ask(
      "trace", "5b8aa5a2d2c872e8321cf37308d69df2", "--server", collector.api, "--format", "otlp-json")
    // The same but for integers, which OTLP writes as text and the SDK as numbers.
    let sent = request.replacing(#/"intValue":(-?\d+)/#) { "\"intValue\":\"\($0.output.1)\"" }
    let expected = ComparableSpan.spans(of: try JSONValue(parsing: Data(sent.utf8)))
    #expect(expected.count == 1)
    #expect(ComparableSpan.spans(of: try JSONValue(parsing: answer)) == expected)
    #expect(try await collector.stop() == 0)
  }

  @Test func `a page of another origin is not told that it may`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), options: ["--cors-origin", origin])
    let door = try collector.http
    let preflight = try await door.connect { conversation in
      try await conversation.write(
        Array(
          """
          OPTIONS /v1/traces HTTP/1.1\r\nHost: \(door)\r\nOrigin: https://elsewhere.example\r\n\
          Access-Control-Request-Method: POST\r\n\r\n
          """.utf8))
      return try await conversation.readReply()
    }
    #expect(preflight.status == 403)
    #expect(preflight.headers["access-control-allow-origin"] == nil)
    #expect(RPCStatus(parsing: preflight.body)?.message.contains("--cors-origin") == true)
  }
}
