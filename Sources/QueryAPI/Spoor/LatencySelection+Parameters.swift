import Hummingbird
import TraceModel

extension LatencySelection {
  /// `caller` with `callee`, or `service` and `span_name`, or nothing for all services; and with any of them `kind`,
  /// `outcome` and `by`.
  init(_ request: Request) throws(APIError) {
    let parameters = request.uri.queryParameters
    switch (parameters["caller"], parameters["callee"]) {
    case (let caller?, let callee?): self = .edge(caller: String(caller), callee: String(callee))
    case (nil, nil):
      let (service, name) = (parameters["service"].map { String($0) }, parameters["span_name"].map { String($0) })
      self = service == nil && name == nil ? .services : .spanNames(service: service, name: name)
    default: throw APIError(.badRequest, "caller and callee go together")
    }
    if let word = parameters["kind"] {
      guard let kind = SpanKind(word) else { throw APIError(.badRequest, "kind=\(word) is no span kind") }
      self.kind = kind
    }
    if let word = parameters["outcome"] {
      guard let outcome = Outcome(word) else {
        throw APIError(.badRequest, "outcome=\(word) is not ok, error, throttle or fault")
      }
      self.outcome = outcome
    }
    for part in parameters["by"]?.split(separator: ",") ?? [] {
      switch part {
      case "kind": isByKind = true
      case "outcome": isByOutcome = true
      default: throw APIError(.badRequest, "by=\(part) is not kind or outcome")
      }
    }
    if case .edge = subject, kind != nil || isByKind {
      throw APIError(.badRequest, "an edge has no span kind")
    }
  }

  /// What `init` reads again.
  package var parameters: [(String, String)] {
    let subject: [(String, String?)] =
      switch subject {
      case .services: []
      case .spanNames(let service, let name): [("service", service), ("span_name", name)]
      case .edge(let caller, let callee): [("caller", caller), ("callee", callee)]
      }
    let parts = [isByKind ? "kind" : nil, isByOutcome ? "outcome" : nil].compactMap { $0 }
    let rest = [
      ("kind", kind?.description), ("outcome", outcome?.description),
      ("by", parts.isEmpty ? nil : parts.joined(separator: ",")),
    ]
    return (subject + rest).compactMap { key, value in value.map { (key, $0) } }
  }
}

extension Request {
  /// `columns`: how many at most.
  func heatMapColumns() throws(APIError) -> Int {
    guard let text = uri.queryParameters["columns"] else { return APILimits.heatMapColumnsUsual }
    guard let number = Int(text), number > 0 else {
      throw APIError(.badRequest, "columns=\(text) is not a number from 1 on")
    }
    return number
  }
}
