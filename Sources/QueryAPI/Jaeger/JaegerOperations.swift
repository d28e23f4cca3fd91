import TraceModel
import TraceQuery

/// A span name as Jaeger lists it.
struct JaegerOperation: Encodable, Hashable {
  var name: String
  /// Empty for spans that say nothing of their kind.
  var spanKind: String
}

/// Which span names of a service are asked for.
struct JaegerOperations: Sendable {
  let service: String
  let kind: SpanKind?

  /// - Parameter kind: what the parameter for the kind is called.
  init(_ parameters: JaegerParameters, kind names: String...) throws(APIError) {
    guard let service = parameters["service"] else { throw APIError(.badRequest, "parameter 'service' is required") }
    self.service = service
    var kind: SpanKind?
    for name in names {
      guard let word = parameters[name] else { continue }
      guard let known = SpanKind(word) else {
        throw APIError(.badRequest, "unable to parse param '\(name)': unsupported span kind: '\(word)'")
      }
      kind = known
      break
    }
    self.kind = kind
  }

  func answer(_ queries: TraceQueries) throws -> Reply<[JaegerOperation]> {
    try queries.spanNames(ofService: service).map { names in
      names.filter { kind == nil || $0.kind == kind }.map {
        JaegerOperation(name: $0.name, spanKind: $0.kind == .unspecified ? "" : $0.kind.description)
      }
    }
  }
}
