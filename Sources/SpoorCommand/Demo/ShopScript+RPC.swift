import TraceModel

/// The gRPC codes that happen in the shop (https://grpc.io/docs/guides/status-codes/).
enum ShopRPCCode: Int64 {
  case ok = 0
  case deadlineExceeded = 4
  case failedPrecondition = 9
  case `internal` = 13

  var name: String {
    switch self {
    case .ok: "OK"
    case .deadlineExceeded: "DEADLINE_EXCEEDED"
    case .failedPrecondition: "FAILED_PRECONDITION"
    case .internal: "INTERNAL"
    }
  }

  /// What a server counts as its own failure.
  var isServerError: Bool { self == .deadlineExceeded || self == .internal }
}

extension ShopScript {
  /// One service calls another over gRPC: a CLIENT span in the caller and a SERVER span in the callee.
  mutating func callRPC(
    from caller: ShopService, to callee: ShopService, _ service: String, _ method: String,
    serve: (inout ShopScript) -> ShopRPCCode
  ) -> ShopRPCCode {
    var code = ShopRPCCode.ok
    let name = "\(service)/\(method)"
    var attributes = Self.rpcAttributes(of: caller, service, method)
    let isCurrent = caller.conventions == .current
    attributes.append(
      Attribute(isCurrent ? SemanticAttributes.serverAddress : SemanticAttributes.netPeerName, .string(callee.host)))
    attributes.append(
      Attribute(isCurrent ? SemanticAttributes.serverPort : SemanticAttributes.netPeerPort, .int(callee.port)))
    step(caller, name, .client, by: .rpc, attributes) { script in
      script.travel()
      script.step(callee, name, .server, by: .rpc, Self.rpcAttributes(of: callee, service, method)) { script in
        script.pass(0.2)
        code = serve(&script)
        script.pass(0.2)
        script.noteRPCCode(code, by: callee, isError: code.isServerError)
      }
      script.travel()
      script.noteRPCCode(code, by: caller, isError: code != .ok)
    }
    return code
  }

  private static func rpcAttributes(of service: ShopService, _ name: String, _ method: String) -> [Attribute] {
    switch service.conventions {
    case .current:
      [
        Attribute(SemanticAttributes.rpcSystemName, .string("grpc")),
        Attribute(SemanticAttributes.rpcMethod, .string("\(name)/\(method)")),
      ]
    case .older:
      [
        Attribute(SemanticAttributes.rpcSystem, .string("grpc")),
        Attribute(SemanticAttributes.rpcService, .string(name)),
        Attribute(SemanticAttributes.rpcMethod, .string(method)),
      ]
    }
  }

  private mutating func noteRPCCode(_ code: ShopRPCCode, by service: ShopService, isError: Bool) {
    switch service.conventions {
    case .current:
      note(SemanticAttributes.rpcStatusCode, .string(code.name))
      if isError { note(SemanticAttributes.errorType, .string(code.name)) }
    case .older: note(SemanticAttributes.rpcGRPCStatusCode, .int(code.rawValue))
    }
    if isError { fail(code.name) }
  }
}
