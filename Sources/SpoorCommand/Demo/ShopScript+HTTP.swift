import TraceModel

/// What is asked of a service over HTTP.
struct ShopRequest {
  var method: String
  /// The path as the server's router knows it, which names the span: `/products/{id}`.
  var route: String
  var path: String

  init(_ method: String, _ route: String, path: String? = nil) {
    self.method = method
    self.route = route
    self.path = path ?? route
  }
}

extension ShopScript {
  /// One service calls another: a CLIENT span in the caller and a SERVER span in the callee.
  /// - Parameter serve: what the callee does; answers an HTTP status.
  /// - Returns: that status.
  mutating func call(
    from caller: ShopService, to callee: ShopService, _ request: ShopRequest, serve: (inout ShopScript) -> Int64
  ) -> Int64 {
    callHTTP(from: caller, host: callee.host, port: callee.port, scheme: "http", request) { script in
      script.travel()
      let status = script.serve(callee, request, serve)
      script.travel()
      return status
    }
  }

  /// A CLIENT span to a host that may or may not be one of ours.
  /// - Parameter body: what passes until the answer is there; answers an HTTP status.
  mutating func callHTTP(
    from caller: ShopService, host: String, port: Int64, scheme: String, _ request: ShopRequest,
    _ body: (inout ShopScript) -> Int64
  ) -> Int64 {
    let isCurrent = caller.conventions == .current
    let authority = port == 443 ? host : "\(host):\(port)"
    var status: Int64 = 0
    step(
      caller, isCurrent ? request.method : "HTTP \(request.method)", .client, by: .http,
      [
        Attribute(isCurrent ? SemanticAttributes.httpRequestMethod : "http.method", .string(request.method)),
        Attribute(
          isCurrent ? SemanticAttributes.urlFull : SemanticAttributes.httpURL,
          .string("\(scheme)://\(authority)\(request.path)")),
        Attribute(isCurrent ? SemanticAttributes.serverAddress : SemanticAttributes.netPeerName, .string(host)),
        Attribute(isCurrent ? SemanticAttributes.serverPort : SemanticAttributes.netPeerPort, .int(port)),
      ]
    ) { script in
      status = body(&script)
      // Clients call every 4xx an error, servers none of them.
      script.noteHTTPStatus(status, by: caller, isError: status >= 400)
    }
    return status
  }

  /// A SERVER span; without an open span around it, a request that comes from a user.
  mutating func serve(
    _ service: ShopService, _ request: ShopRequest, scheme: String = "http", _ body: (inout ShopScript) -> Int64
  ) -> Int64 {
    let isCurrent = service.conventions == .current
    var status: Int64 = 0
    step(
      service, "\(request.method) \(request.route)", .server, by: .http,
      [
        Attribute(isCurrent ? SemanticAttributes.httpRequestMethod : "http.method", .string(request.method)),
        Attribute(isCurrent ? "url.scheme" : "http.scheme", .string(scheme)),
        Attribute(isCurrent ? "url.path" : "http.target", .string(request.path)),
        Attribute(SemanticAttributes.httpRoute, .string(request.route)),
        Attribute(isCurrent ? SemanticAttributes.serverAddress : "net.host.name", .string(service.host)),
        Attribute(isCurrent ? SemanticAttributes.serverPort : "net.host.port", .int(service.port)),
      ]
    ) { script in
      script.pass(0.3)
      status = body(&script)
      script.pass(0.3)
      script.noteHTTPStatus(status, by: service, isError: status >= 500)
    }
    return status
  }

  private mutating func noteHTTPStatus(_ status: Int64, by service: ShopService, isError: Bool) {
    if service.conventions == .current {
      note(SemanticAttributes.httpResponseStatusCode, .int(status))
      if isError { note(SemanticAttributes.errorType, .string(String(status))) }
    } else {
      note(SemanticAttributes.httpStatusCode, .int(status))
    }
    if isError { fail() }
  }
}
