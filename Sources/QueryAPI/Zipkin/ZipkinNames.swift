import TraceModel
import TraceQuery

/// Names as Zipkin lists them: in lower case, sorted, each once.
enum ZipkinNames {
  /// Of a resource without `service.name`.
  static let unknownService = "unknown_service"

  /// What the ring calls the services of this name.
  static func services(_ name: String, _ queries: TraceQueries) throws -> [String] {
    Array(Set(try queries.services(.all).value.map(\.name).filter { $0.lowercased() == name })).sorted()
  }

  /// As they were sent.
  /// - Parameter services: nil for all.
  static func spanNames(ofServices services: [String]?, _ queries: TraceQueries) throws -> Set<String> {
    var names: Set<String> = []
    for service in services.map({ $0.prefix(APILimits.zipkinFiltersMax).map(Optional.some) }) ?? [nil] {
      let series = try queries.latencies(.spanNames(service: service, name: nil), .all).value
      names.formUnion(series.compactMap(\.spanName))
    }
    return names
  }

  static func listed(_ names: some Sequence<String>) -> [String] {
    Set(names.lazy.filter { !$0.isEmpty }.map { $0.lowercased() }).sorted()
  }
}

extension ServiceMap {
  /// The names of what a service calls or sends to.
  func callees(of service: String?) -> Set<String> {
    let names = Dictionary(nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var callees: Set<String> = []
    for edge in edges {
      guard let source = names[edge.source], let target = names[edge.target], source.kind == .service else { continue }
      if service == nil || source.name.lowercased() == service { callees.insert(target.name.lowercased()) }
    }
    return callees
  }
}
