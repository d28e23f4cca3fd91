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
    {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"051581bf3cb55c13","parentSpanId":"5fb397be34d26b51",\
    "name":"HTTP GET","kind":3,"startTimeUnixNano":"1790000000123000000","endTimeUnixNano":"1790000000321000000",\
    "attributes":[{"key":"http.status_code","value":{"intValue":500}},\
    {"key":"http.url","value":{"stringValue":"http://localhost:3000/caf\u{e9}"}},\
    {"key":"ratio","value":{"doubleValue":0.5}},{"key":"cached","value":{"boolValue":false}},\
    {"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":-1}]}}},\
    {"key":"map","value":{"kvlistValue":{"values":[{"key":"deep","value":{"arrayValue":{"values":[]}}}]}}},\
    {"key":"raw","value":{"bytesValue":"AP+AMQ=="}},{"key":"nothing","value":{}}],\
    "droppedAttributesCount":1,"events":[{"attributes":[],"name":"fetchStart",\
    "timeUnixNano":"1790000000124000000","droppedAttributesCount":0},{"attributes":[\
    {"key":"exception.message","value":{"stringValue":"Failed to fetch"}}],"name":"exception",\
    "timeUnixNano":"1790000000320000000","droppedAttributesCount":2}],"droppedEventsCount":3,\
    "status":{"code":2,"message":"Failed to fetch"},"links":[{"attributes":[{"key":"why","value":\
    {"stringValue":"retry"}}],"spanId":"00f067aa0ba902b7","traceId":"4bf92f3577b34da6a3ce929d0e0e4736",\
    "traceState":"vendor=1","droppedAttributesCount":4,"flags":257}],"droppedLinksCount":5,"flags":257},\
    {"traceId":"5b8aa5a2d2c872e8321cf37308d69df2","spanId":"5fb397be34d26b51","traceState":"vendor=2,other=3",\
    "name":"documentLoad","kind":1,"startTimeUnixNano":"1790000000100000000","endTimeUnixNano":"1790000000400000000",\
    "attributes":[],"droppedAttributesCount":0,"events":[],"droppedEventsCount":0,\
    "status":{"code":0},"links":[],"droppedLinksCount":0,"flags":769}]}]}]}
    """

  /// How a page's script sends: `fetch` as it is, or `navigator.sendBeacon`, which the SDK prefers and which always sends
  /// with credentials.
  @Test(arguments: ["fetch", "sendBeacon"], ["https://shop.example,http://localhost:3000", "*"])
  func `a page that may asks first, sends, and its spans are stored as they were`(
    script: String, allowed: String
  ) async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(
      data: folder.path("ring"), options: ["--cors-origin", allowed])
    let (origin, request) = (origin, request)
    let door = try collector.http
    let browser = """
      Origin: \(origin)\r\nReferer: \(origin)/\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: \
      \(script == "fetch" ? "cors" : "no-cors")\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd
      """
    try await door.connect { conversation in
      try await conversation.write(
        Array(
          """
          OPTIONS /v1/traces HTTP/1.1\r\nHost: \(door)\r\n\(browser)\r\n\
          Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n
          """.utf8))
      let preflight = try await conversation.readReply()
      #expect(preflight.status == 204)
      #expect(preflight.allows(origin, withCredentials: script == "sendBeacon"), "\(preflight.headers)")
      #expect(preflight.headers["access-control-allow-methods"] == "POST")
      #expect(preflight.headers["access-control-allow-headers"] == "content-type")
      let reply = try await conversation.post(
        Array(request.utf8), to: door, contentType: "application/json", headers: [browser])
      #expect(reply.status == 200)
      #expect(reply.allows(origin, withCredentials: script == "sendBeacon"), "\(reply.headers)")
      #expect(reply.headers["content-type"] == "application/json")
      #expect(String(decoding: reply.body, as: UTF8.self) == "{}")
    }
    let answer = try await Spoor.ask(
      "trace", "5b8aa5a2d2c872e8321cf37308d69df2", "--server", collector.api, "--format", "otlp-json")
    // The same but for integers, which OTLP writes as text and the SDK as numbers.
    let sent = request.replacing(#/"intValue":(-?\d+)/#) { "\"intValue\":\"\($0.output.1)\"" }
    let expected = ComparableSpan.spans(of: try JSONValue(parsing: Data(sent.utf8)))
    #expect(expected.count == 2)
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

extension HTTPReply {
  /// A browser's own check of an answer (https://fetch.spec.whatwg.org/#concept-cors-check).
  fileprivate func allows(_ origin: String, withCredentials: Bool) -> Bool {
    let allowed = headers["access-control-allow-origin"]
    if !withCredentials, allowed == "*" { return true }
    return allowed == origin && (!withCredentials || headers["access-control-allow-credentials"] == "true")
  }
}
