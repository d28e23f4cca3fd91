import RingStore
import TraceModel
import TraceQuery

/// Questions in TraceQL to a ring of many spans, in this process: what `--data` does, apart from starting the program and
/// printing. Rounds follow each other, so that what they read is in the machine's memory.
enum QuestionBenchmark {
  static func run(_ folder: String) throws {
    let snapshot = try RingSnapshot.reading(folder, files: DiskFileSystem())
    let queries = TraceQueries(snapshot: { () throws(RingError) in snapshot })
    let order = try rareValue(snapshot)
    for (name, question, rounds, least) in [
      ("20 of a service, by duration", "{ resource.service.name = \"cart\" && duration > 10ms }", 40, 20),
      ("20 by an attribute and status", "{ status = error && .http.request.method = \"POST\" }", 40, 20),
      ("a value that one trace has, oldest", "{ span.app.order.id = \"\(order)\" }", 20, 1),
      ("a value that none has", "{ span.app.order.id = \"ord-none\" }", 20, 0),
      ("a pattern on all values of an attribute", "{ span.url.full =~ \".*/nowhere/.*\" }", 3, 0),
      ("a pattern on all names", "{ name =~ \".*nowhere.*\" }", 5, 0),
      ("20 by spans below spans", "{ resource.service.name = \"frontend\" } >> { status = error }", 10, 20),
      ("20 by how many spans fail", "{ status = error } | count() > 1", 3, 1),
    ] {
      var milliseconds: [Double] = []
      for _ in 0..<rounds {
        let began = ProcessorTime.wall
        let found = try queries.search(TraceSearch(traceQL: question), .all)
        milliseconds.append(Double(ProcessorTime.wall - began) / 1e6)
        guard found.value.traces.count >= least, least > 0 || found.value.traces.isEmpty else {
          throw BenchmarkError.notFound(question)
        }
      }
      milliseconds.reportQuantiles("search", name, unit: "ms")
    }
    for (name, question) in [
      ("rate by service", "{ } | rate() by (resource.service.name)"),
      ("latency of one service", "{ resource.service.name = \"cart\" } | quantile_over_time(duration, .5, .99)"),
      ("count by an attribute", "{ kind = server } | count_over_time() by (span.http.response.status_code)"),
    ] {
      var milliseconds: [Double] = []
      for _ in 0..<3 {
        let began = ProcessorTime.wall
        let columns = try queries.metricsColumns(.all, step: nil)
        let found = try queries.metrics(MetricsQuestion(traceQL: question), columns)
        milliseconds.append(Double(ProcessorTime.wall - began) / 1e6)
        guard found.value.spans > 0 else { throw BenchmarkError.notFound(question) }
      }
      milliseconds.reportQuantiles("search", name, unit: "ms")
    }
  }

  /// Of a span of the oldest block.
  private static func rareValue(_ snapshot: RingSnapshot) throws -> String {
    let key = "app.order.id"
    let page = try snapshot.search(SpanFilter([.hasAttribute(.span, key)]), order: .oldestFirst, limit: 1)
    guard let match = page.matches.first else { throw BenchmarkError.notFound(key) }
    let batch = try snapshot.spans(of: match.traceID).batch
    for row in 0..<batch.count {
      if let value = try batch.attributes(at: row).first(where: { $0.key == key })?.value.stringValue { return value }
    }
    throw BenchmarkError.notFound(key)
  }
}
