import Testing
import TraceModel

@testable import Receivers

@Suite struct HTTPCORSTests {
  private let shop = CORSPolicy(origins: [.exactly("https://shop.example"), .exactly("http://localhost:3000")])
  private let all = CORSPolicy(origins: [.any])

  private func preflight(from origin: String, path: String = "/v1/traces", headers: String = "content-type") -> String {
    "OPTIONS \(path) HTTP/1.1\r\nHost: spoor\r\nOrigin: \(origin)\r\nAccess-Control-Request-Method: POST\r\n"
      + "Access-Control-Request-Headers: \(headers)\r\n\r\n"
  }

  private func post(from origin: String?, path: String = "/v1/traces") -> String {
    "POST \(path) HTTP/1.1\r\n" + (origin.map { "Origin: \($0)\r\n" } ?? "")
      + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
  }

  @Test func `a page that may send is told so before, and with every answer`() throws {
    let sink = RecordingSink(answering: .overloaded)
    let connection = try HTTPConversation(sink, cors: shop)
    try connection.send(preflight(from: "http://localhost:3000", headers: "content-type,x-api-key"))
    let answer = try connection.answer()
    #expect(answer.status == 204)
    #expect(
      answer.headers == [
        "access-control-allow-origin": "http://localhost:3000", "access-control-allow-credentials": "true",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type,x-api-key", "access-control-max-age": "86400", "vary": "Origin",
      ])
    #expect(sink.payloads.isEmpty && sink.refusals.isEmpty)
    // Of the same connection, and errors too.
    for (request, status) in [
      (post(from: "https://shop.example"), 503), (post(from: "https://shop.example", path: "/v1/logs"), 404),
    ] {
      try connection.send(request)
      let answer = try connection.answer()
      #expect(answer.status == status)
      #expect(answer.headers["access-control-allow-origin"] == "https://shop.example")
      #expect(answer.headers["access-control-allow-credentials"] == "true")
      #expect(answer.headers["access-control-expose-headers"] == (status == 503 ? "Retry-After" : nil))
      #expect(answer.headers["vary"] == "Origin")
    }
  }

  @Test(arguments: [
    "https://shop.example.evil", "http://shop.example", "https://shop.example:8443", "null", "https://Shop.example",
  ])
  func `another page is refused, and its answers carry no header`(origin: String) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink, cors: shop)
    try connection.send(preflight(from: origin))
    let refusal = try connection.answer()
    #expect(refusal.status == 403)
    #expect(refusal.headers["access-control-allow-origin"] == nil)
    #expect(refusal.headers["vary"] == "Origin")
    #expect(sink.refusals == [.originNotAllowed(origin)])
    try connection.send(post(from: origin))
    let answer = try connection.answer()
    #expect(answer.status == 200)
    #expect(answer.headers["access-control-allow-origin"] == nil)
    #expect(answer.headers["vary"] == "Origin")
  }

  @Test func `with a star every page may send, with credentials too, and each is answered by its name`() throws {
    let connection = try HTTPConversation(RecordingSink(), cors: all)
    for (request, origin) in [
      (preflight(from: "null"), "null"), (post(from: "https://a.example"), "https://a.example"), (post(from: nil), nil),
    ] {
      try connection.send(request)
      let answer = try connection.answer()
      #expect(answer.status < 300)
      #expect(answer.headers["access-control-allow-origin"] == origin)
      #expect(answer.headers["access-control-allow-credentials"] == (origin == nil ? nil : "true"))
      #expect(answer.headers["vary"] == "Origin")
    }
  }

  @Test func `a preflight needs no token, and the page is told when its request does`() throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink, cors: shop, token: "secret-secret-secret")
    try connection.send(preflight(from: "https://shop.example", headers: "authorization,content-type"))
    let preflight = try connection.answer()
    #expect(preflight.status == 204)
    #expect(preflight.headers["access-control-allow-headers"] == "authorization,content-type")
    try connection.send(post(from: "https://shop.example"))
    let answer = try connection.answer()
    #expect(answer.status == 401)
    #expect(answer.headers["access-control-allow-origin"] == "https://shop.example")
    #expect(sink.refusals == [.unauthorized(hasToken: false)])
  }

  @Test func `without the flag nothing is said about origins`() throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    try connection.send(preflight(from: "http://localhost:3000"))
    #expect(try connection.answer().status == 405)
    try connection.send(post(from: "http://localhost:3000"))
    let answer = try connection.answer()
    #expect(answer.status == 200)
    #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control") || $0 == "vary" })
  }

  @Test func `a preflight asks of our path alone`() throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink, cors: all)
    try connection.send(preflight(from: "http://a", path: "/v1/metrics"))
    #expect(try connection.answer().status == 404)
    // Without the method that would follow it is an ordinary request.
    try connection.send("OPTIONS /v1/traces HTTP/1.1\r\nOrigin: http://a\r\n\r\n")
    #expect(try connection.answer().status == 405)
  }

  @Test(arguments: [
    String(repeating: "x", count: 1025), "x\u{7f}", "x(y)", "x\"y", "x\u{e9}",
  ])
  func `only a short list of names is sent back`(headers: String) throws {
    let connection = try HTTPConversation(RecordingSink(), cors: all)
    try connection.send(preflight(from: "http://a", headers: headers))
    for answer in try connection.answers() { #expect(answer.headers["access-control-allow-headers"] == nil) }
  }

  @Test(
    arguments: [
      ("*", .any), ("https://shop.example", .exactly("https://shop.example")),
      ("HTTPS://Shop.Example:443/", .exactly("https://shop.example")),
      ("http://localhost:80", .exactly("http://localhost")), ("http://[::1]:3000", .exactly("http://[::1]:3000")),
      ("chrome-extension://abcdef", .exactly("chrome-extension://abcdef")), ("", nil), ("shop.example", nil),
      ("https://", nil), ("https://a/b", nil), ("https://a?b", nil), ("https://*.example", nil),
      ("https://user@a", nil), ("https://a, https://b", nil), ("https://a\r\nX: y", nil), ("://a", nil),
    ] as [(String, CORSOrigin?)])
  func `origins are read as browsers write them`(text: String, origin: CORSOrigin?) {
    #expect(CORSOrigin(parsing: text) == origin)
  }
}
