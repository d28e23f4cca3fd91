import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import QueryAPI

@Suite struct MannersTests {
  private static let keyed = APIPolicy(
    refusal: { authorization in
      if authorization == "Bearer right" { return nil }
      return APIPolicy.Refusal(
        message: "a token is needed", challenge: authorization == nil ? "Bearer" : #"Bearer error="invalid_token""#)
    },
    allowsOrigin: { $0 == "https://shop.example" }, gzip: { _ in ByteBuffer(string: "packed") })

  private func expect(
    _ method: HTTPRequest.Method, _ path: String, _ status: HTTPResponse.Status, headers: HTTPFields = [:],
    _ policy: APIPolicy = .open, sourceLocation: SourceLocation = #_sourceLocation,
    _ check: @escaping @Sendable (TestResponse) throws -> Void = { _ in }
  ) async throws {
    try await Fixture.ask(policy) { client in
      try await client.execute(uri: path, method: method, headers: headers) { response in
        #expect(response.status == status, sourceLocation: sourceLocation)
        try check(response)
      }
    }
  }

  // MARK: - Paths and methods

  @Test func `a path that is not there is told of in JSON, with where the routes are`() async throws {
    for path in ["/nothing", "/", "/api/spoor/v1/traces", "/api/spoor/v1/map/x", "/ready/x"] {
      try await expect(.get, path, .notFound) { response in
        #expect(String(buffer: response.body).contains("/api/spoor/v1"))
        #expect(response.headers[.contentType]?.hasPrefix("application/json") == true)
      }
    }
  }

  @Test func `a method that a path does not take is answered with those that it takes`() async throws {
    for method in [HTTPRequest.Method.post, .put, .delete, .patch] {
      try await expect(method, "/api/spoor/v1/services", .methodNotAllowed) { response in
        #expect(response.headers[.allow] == "GET, HEAD, OPTIONS")
        #expect(String(buffer: response.body).contains("takes GET, HEAD"))
      }
    }
    try await expect(.options, "/api/spoor/v1/services", .noContent) { response in
      #expect(response.headers[.allow] == "GET, HEAD, OPTIONS")
    }
  }

  @Test func `HEAD is answered as GET is, without the body`() async throws {
    try await expect(.head, "/api/spoor/v1/services", .ok) { response in
      #expect(response.body.readableBytes == 0)
      #expect((response.headers[.contentLength].flatMap { Int($0) } ?? 0) > 100)
    }
    try await expect(.head, "/api/spoor/v1/traces/abc", .notFound) { #expect($0.body.readableBytes == 0) }
  }

  @Test func `a plus in a query is a space, and %2B a plus`() async throws {
    for question in ["%7B+name+%3D+%22POST+/checkout%22+%7D", "%7B%20name%20=%20%22POST%20/checkout%22%20%7D"] {
      try await expect(.get, "/api/spoor/v1/search?q=\(question)&limit=1", .ok) { response in
        #expect(String(buffer: response.body).contains("POST /checkout"))
      }
    }
    try await expect(.get, "/api/spoor/v1/search?q=%7B+name+%3D+%22a%2Bb%22+%7D", .ok)
  }

  // MARK: - Limits

  @Test func `a URL that is too long and a body that says so are refused`() async throws {
    try await expect(.get, "/ready?" + String(repeating: "a", count: APILimits.urlByteCountMax), .uriTooLong)
    try await expect(
      .get, "/ready", .contentTooLarge, headers: [.contentLength: String(APILimits.bodyByteCountMax + 1)])
  }

  // MARK: - Tokens

  @Test func `a token opens every path, and without one there is ready alone`() async throws {
    for path in ["/metrics", "/api/spoor/v1/status", "/api/spoor/v1", "/nothing"] {
      try await expect(.get, path, .unauthorized, Self.keyed) { response in
        #expect(response.headers[.wwwAuthenticate] == "Bearer")
        #expect(String(buffer: response.body) == #"{"error":"a token is needed"}"#)
      }
      try await expect(.get, path, .unauthorized, headers: [.authorization: "Bearer wrong"], Self.keyed) { response in
        #expect(response.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)
      }
    }
    try await expect(.get, "/metrics", .ok, headers: [.authorization: "Bearer right"], Self.keyed)
    try await expect(.get, "/ready", .ok, Self.keyed)
  }

  // MARK: - Pages of other origins

  @Test func `a page's preflight is answered without a token, and only for its origin`() async throws {
    let asking: HTTPFields = [
      .origin: "https://shop.example", .accessControlRequestMethod: "GET",
      .accessControlRequestHeaders: "authorization",
    ]
    try await expect(.options, "/api/spoor/v1/map", .noContent, headers: asking, Self.keyed) { response in
      #expect(response.headers[.accessControlAllowOrigin] == "https://shop.example")
      #expect(response.headers[.accessControlAllowHeaders] == "authorization")
      #expect(response.headers[.accessControlAllowMethods] == "GET, HEAD, POST")
      #expect(response.headers[.accessControlAllowCredentials] == nil)
    }
    var other = asking
    other[.origin] = "https://evil.example"
    try await expect(.options, "/api/spoor/v1/map", .forbidden, headers: other, Self.keyed) { response in
      #expect(response.headers[.accessControlAllowOrigin] == nil)
    }
    // Off where nobody said anything.
    try await expect(.options, "/api/spoor/v1/map", .forbidden, headers: asking)
  }

  @Test func `answers and errors say to a page whether it may read them`() async throws {
    for (path, status) in [("/metrics", HTTPResponse.Status.unauthorized), ("/ready", .ok)] {
      try await expect(.get, path, status, headers: [.origin: "https://shop.example"], Self.keyed) { response in
        #expect(response.headers[.accessControlAllowOrigin] == "https://shop.example")
        #expect(response.headers[.vary] == "Origin")
      }
      try await expect(.get, path, status, headers: [.origin: "https://evil.example"], Self.keyed) { response in
        #expect(response.headers[.accessControlAllowOrigin] == nil && response.headers[.vary] == "Origin")
      }
    }
  }

  // MARK: - gzip

  @Test func `a large answer is compressed for who asks, and a small one is not`() async throws {
    let policy = APIPolicy(gzip: { _ in ByteBuffer(string: "packed") })
    try await expect(.get, "/api/spoor/v1/services", .ok, headers: [.acceptEncoding: "br, gzip"], policy) { response in
      #expect(response.headers[.contentEncoding] == "gzip" && response.headers[.contentLength] == "6")
      #expect(String(buffer: response.body) == "packed")
      #expect(response.headers[.vary] == "Accept-Encoding")
    }
    try await expect(.get, "/api/spoor/v1/services", .ok, headers: [.acceptEncoding: "br"], policy) { response in
      #expect(response.headers[.contentEncoding] == nil && response.headers[.vary] == "Accept-Encoding")
    }
    try await expect(.get, "/ready", .ok, headers: [.acceptEncoding: "gzip"], policy) { response in
      #expect(response.headers[.contentEncoding] == nil && String(buffer: response.body) == "ready\n")
    }
  }

  @Test func `what gzip would make longer stays as it is`() async throws {
    let policy = APIPolicy(gzip: { plain in plain })
    try await expect(.get, "/api/spoor/v1/services", .ok, headers: [.acceptEncoding: "gzip"], policy) { response in
      #expect(response.headers[.contentEncoding] == nil && response.body.readableBytes > 1024)
    }
  }

  @Test(arguments: [
    ("gzip", true), ("GZIP;q=0.5", true), ("br, gzip", true), ("*", true), ("x-gzip", true), ("deflate, *;q=0.1", true),
    ("", false), ("br", false), ("gzip;q=0", false), ("gzip; q=0.0, *", false), ("*;q=0", false), (";;,,", false),
  ])
  func `gzip is taken for welcome where Accept-Encoding says so`(field: String, isWelcome: Bool) {
    #expect(Compressor.accepts([field]) == isWelcome)
  }

  // MARK: - Spoor's own routes

  @Test func `the OpenAPI page has every route of Spoor's own, and none that is not there`() async throws {
    try await Fixture.serve { server in
      let own = server.router.routes.map { ($0.path.description, $0.method) }.filter { path, _ in
        ["/ready", "/metrics"].contains(path) || path.hasPrefix("/api/spoor/")
      }
      #expect(own.allSatisfy { $0.1 == .get })
      #expect(Set(own.map(\.0)) == Set(DescribedRoute.own.map(\.path)))
      for route in DescribedRoute.own {
        let captured = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() }
        #expect(captured.map(String.init) == route.parameters.filter { $0.place == .path }.map(\.name))
      }
    }
    try await expect(.get, "/api/spoor/v1/openapi.json", .ok) { response in
      try Golden.expect(String(buffer: response.body), "spoor-openapi.json")
    }
    try await expect(.get, "/api/spoor/v1/", .ok) { response in
      try Golden.expect(String(buffer: response.body), "spoor-index.txt")
    }
  }

  @Test func `a route takes the parameters that its description has, and no other`() async throws {
    let routes = DescribedRoute.own.filter { $0.path.hasPrefix(DescribedRoute.prefix + "/") && !$0.parameters.isEmpty }
    #expect(routes.count >= 6)
    try await Fixture.ask { client in
      for route in routes {
        let path = route.path.replacing("{id}", with: "abc")
        for parameter in route.parameters where parameter.place == .query {
          // No parameter takes this but texts, and nobody says that it is unknown.
          try await client.execute(uri: "\(path)?\(parameter.name)=%7B", method: .get) { response in
            #expect(!String(buffer: response.body).contains("no parameter of this route"), "\(path) \(parameter.name)")
          }
        }
        try await client.execute(uri: "\(path)?limt=1", method: .get) { response in
          #expect(response.status == .badRequest)
          #expect(String(buffer: response.body).contains("limt is no parameter of this route"))
        }
      }
    }
  }
}
