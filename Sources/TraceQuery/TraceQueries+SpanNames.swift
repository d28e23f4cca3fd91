import TraceLinking
import TraceModel

extension TraceQueries {
  /// The names of the services that sent what the ring retains, sorted, each once in whatever namespaces it is. From stored
  /// figures: no span is read.
  package func serviceNames() throws(QueryError) -> Answer<[String]> {
    try ask(.all) { graph, _ in Set(graph.services().map(\.name)).sorted() }
  }

  /// The span names, with their kinds, that the services of this name sent, sorted. From stored figures, too.
  package func spanNames(ofService service: String) throws(QueryError) -> Answer<[SpanNameKind]> {
    try ask(.all, spanNames: .ofService(service)) { graph, _ in graph.spanNames(.ofService(service)) }
  }
}
