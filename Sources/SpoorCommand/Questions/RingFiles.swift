import RingStore
import TraceModel
import TraceQuery

/// Answers from the ring's files, whether or not a collector runs on them. Nothing is locked and nothing written.
struct RingFiles: AnswerSource {
  private let queries: TraceQueries

  init(directory: String) throws {
    do throws(RingError) {
      let snapshot = try RingSnapshot.reading(directory, files: DiskFileSystem())
      queries = TraceQueries { () throws(RingError) in snapshot }
    } catch {
      throw CommandFailure(message: error.description, exitCode: 2)
    }
  }

  func trace(_ reference: TraceReference, after cursor: String?) async throws -> SourcedTrace {
    let end = ContinuousClock.now + .seconds(QueryLimits.shortenedIDSeconds)
    let identification = try queries.trace(namedBy: reference, isTimeUp: { ContinuousClock.now > end })
    let id: TraceID
    switch identification {
    case .trace(let named), .likely(let named, _): id = named
    case .none(let absence): throw CommandFailure(message: absence.description, exitCode: 1)
    }
    let answer = try queries.spans(of: id, try PageChoice(limit: nil, cursor: cursor))
    guard let found = answer.value else {
      throw CommandFailure(message: "no more spans of trace \(id) are in the ring", exitCode: 1)
    }
    return SourcedTrace(
      id: id, spans: found.spans, isPartial: found.isPartial || answer.missingBlocks > 0, next: found.next,
      note: identification.note)
  }

  func search(
    _ question: SearchQuestion, _ window: TimeWindow, progress: @escaping Progress
  ) async throws -> Sourced<TraceList> {
    let search = try TraceSearch(
      traceQL: question.text, limit: question.limit, cursor: question.cursor, spansMax: question.spansMax)
    return Sourced(try queries.search(search, window, progress: { progress($0) }))
  }

  func figures(
    _ request: FigureRequest, _ window: TimeWindow, progress: @escaping Progress
  ) async throws -> Sourced<SpanMetrics> {
    let question = try MetricsQuestion(traceQL: request.text, exemplarsMax: request.exemplarsMax)
    let columns = try queries.metricsColumns(window, step: request.step)
    return Sourced(try queries.metrics(question, columns, progress: { progress($0) }))
  }

  func serviceMap(_ question: MapQuestion, _ window: TimeWindow) async throws -> Sourced<ServiceMap> {
    Sourced(try queries.serviceMap(window, question))
  }

  func services(_ window: TimeWindow) async throws -> Sourced<[ServiceSummary]> {
    Sourced(try queries.services(window))
  }

  func latencies(
    _ selection: LatencySelection, _ window: TimeWindow, hasExemplars: Bool
  ) async throws -> Sourced<[LatencySeries]> {
    Sourced(try queries.latencies(selection, window, hasExemplars: hasExemplars))
  }

  func heatMap(
    _ selection: LatencySelection, _ window: TimeWindow, columns: Int
  ) async throws -> Sourced<LatencyHeatMap> {
    Sourced(try queries.heatMap(selection, window, columnsMax: columns))
  }

  func horizon() async throws -> RingHorizon {
    let retention = try queries.retention()
    return RingHorizon(
      spans: retention.spans, oldestArrival: retention.oldestArrival?.description,
      earliestEnd: retention.earliestEnd?.description, latestEnd: retention.latestEnd?.description)
  }
}

extension Sourced {
  fileprivate init(_ answer: Answer<Value>) {
    self.init(value: answer.value, isPartial: answer.missingBlocks > 0)
  }
}
