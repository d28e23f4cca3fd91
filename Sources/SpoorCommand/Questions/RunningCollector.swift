import FoundationEssentials
import NIOCore
import NIOHTTP1
import OTLPCodec
import QueryAPI
import Rendering
import TraceModel
import TraceQuery

/// Answers from a collector that runs, over the routes below `/api/spoor/v1`.
struct RunningCollector: AnswerSource {
  private let url: String
  private let client: HTTPClient
  private let headers: [(String, String)]

  /// - Parameters:
  ///   - url: `http://HOST:PORT`, or the same with `https`.
  ///   - security: whom to trust, and what to show.
  init(
    url: String, security: SenderSecurity = .none, group: any EventLoopGroup
  ) throws(SendingError) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    headers = security.headers.map { ($0.name, $0.value) }
    let isEncrypted = url.prefix("https://".count).lowercased() == "https://"
    client = HTTPClient(
      group: group, tls: isEncrypted ? try security.tlsContext(applicationProtocols: ["http/1.1"]) : nil)
  }

  func trace(_ reference: TraceReference, after cursor: String?) async throws -> SourcedTrace {
    let page = cursor.map { "?cursor=\($0.percentEncoded)" } ?? ""
    let answer = try await get("traces/\(reference.digits)\(page)", accepting: [.ok, .notFound, .conflict])
    guard answer.status == .ok else {
      let shape = try JSONDecoder().decode([String: String].self, from: Data(answer.body))
      throw CommandFailure(message: shape["error"] ?? "trace \(reference) was not found", exitCode: 1)
    }
    var decoder = RequestDecoder(limits: Self.traceLimits)
    let spans = try decoder.decode(ByteBuffer(bytes: answer.body).readableBytesSpan).batch.spans()
    guard let id = spans.first?.traceID else {
      throw CommandFailure(message: "\(url) answers without any span of trace \(reference)", exitCode: 2)
    }
    return SourcedTrace(
      id: id, spans: spans, isPartial: answer.isPartial, next: answer.headers.first(name: "Spoor-Cursor"),
      note: answer.headers.first(name: "Spoor-Note"))
  }

  /// A whole trace is more than a sender may send at once, and a span that was taken as JSON may be longer than others.
  private static let traceLimits = RequestLimits(
    requestByteCountMax: SendingLimits.answerByteCountMax, spanByteCountMax: SendingLimits.answerByteCountMax,
    spanCountMax: QueryLimits.traceSpansMax, groupCountMax: QueryLimits.traceSpansMax)

  func search(
    _ question: SearchQuestion, _ window: TimeWindow, progress: @escaping Progress
  ) async throws -> Sourced<TraceList> {
    let cursor = question.cursor.map { [("cursor", $0)] } ?? []
    let parameters =
      [("q", question.text), ("limit", String(question.limit)), ("spans", String(question.spansMax))] + cursor
    return try await Self.waiting(progress) {
      try await get("search", window.parameters + parameters, AnswerJSON.decodeTraceList)
    }
  }

  func figures(
    _ request: FigureRequest, _ window: TimeWindow, progress: @escaping Progress
  ) async throws -> Sourced<SpanMetrics> {
    let step = request.step.map { [("step", String($0.nanoseconds))] } ?? []
    let parameters = [("q", request.text), ("exemplars", String(request.exemplarsMax))] + step
    return try await Self.waiting(progress) {
      try await get("query", window.parameters + parameters, AnswerJSON.decodeSpanMetrics)
    }
  }

  /// Calls `progress` now and then while an answer is awaited.
  private static func waiting<Value>(
    _ progress: @escaping Progress, _ body: () async throws -> Value
  ) async throws -> Value {
    let ticking = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: .milliseconds(200))
        progress(nil)
      }
    }
    defer { ticking.cancel() }
    return try await body()
  }

  func serviceMap(_ question: MapQuestion, _ window: TimeWindow) async throws -> Sourced<ServiceMap> {
    try await get("map", window.parameters + question.parameters, AnswerJSON.decodeMap)
  }

  func services(_ window: TimeWindow) async throws -> Sourced<[ServiceSummary]> {
    try await get("services", window.parameters, AnswerJSON.decodeServices)
  }

  func latencies(
    _ selection: LatencySelection, _ window: TimeWindow, hasExemplars: Bool
  ) async throws -> Sourced<[LatencySeries]> {
    let exemplars = hasExemplars ? [("exemplars", "true")] : []
    return try await get("latency", window.parameters + selection.parameters + exemplars, AnswerJSON.decodeLatency)
  }

  func heatMap(
    _ selection: LatencySelection, _ window: TimeWindow, columns: Int
  ) async throws -> Sourced<LatencyHeatMap> {
    let parameters = window.parameters + selection.parameters + [("columns", String(columns))]
    return try await get("latency/heatmap", parameters, AnswerJSON.decodeHeatMap)
  }

  func horizon() async throws -> RingHorizon {
    let status = try await get("status", []) { try JSONDecoder().decode(StatusDocument.self, from: Data($0)) }.value
    return RingHorizon(
      spans: status.spans, oldestArrival: status.oldest_arrival, earliestEnd: status.earliest_end,
      latestEnd: status.latest_end)
  }

  private func get<Value>(
    _ route: String, _ parameters: [(String, String)], _ decode: ([UInt8]) throws -> Value
  ) async throws -> Sourced<Value> {
    let query = parameters.map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
    let answer = try await get(query.isEmpty ? route : "\(route)?\(query)", accepting: [.ok])
    return Sourced(value: try decode(answer.body), isPartial: answer.isPartial)
  }

  private func get(_ route: String, accepting statuses: [HTTPResponseStatus]) async throws -> HTTPAnswer {
    let answer: HTTPAnswer
    do {
      answer = try await client.request(
        method: .GET, url: "\(url)/api/spoor/v1/\(route)", headers: headers, timeout: .seconds(60))
    } catch {
      throw CommandFailure(
        message: "no answer from \(url): \(error); start one with \"spoor serve\", name it with --server, "
          + "or read a ring's files with --data", exitCode: 2)
    }
    if answer.status == .unauthorized {
      throw CommandFailure(
        message: "\(url) asks for a token: give one of those that the collector was given with --token", exitCode: 2)
    }
    // Spoor's own errors are JSON; anything else comes from a server that is none.
    guard answer.status == .ok || answer.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true
    else {
      throw CommandFailure(
        message: "\(url) answers \(answer.status.code) and is not where Spoor answers questions: "
          + "name the HOST:PORT of its line \"listening api\" with --server", exitCode: 2)
    }
    guard statuses.contains(answer.status) else {
      // What it could not read was said here, on the command line.
      if answer.status == .badRequest, let sentence = answer.sentence {
        throw CommandFailure(message: sentence, exitCode: 64)
      }
      let text = String(decoding: answer.body.prefix(500), as: UTF8.self)
      throw CommandFailure(message: "\(url) answers \(answer.status.code): \(text)", exitCode: 2)
    }
    return answer
  }
}

extension HTTPAnswer {
  fileprivate var isPartial: Bool { headers.first(name: "Spoor-Partial") == "true" }

  /// What Spoor says of a request that it refuses.
  fileprivate var sentence: String? {
    do { return try JSONDecoder().decode([String: String].self, from: Data(body))["error"] } catch { return nil }
  }
}

extension TimeWindow {
  fileprivate var parameters: [(String, String)] {
    [("from", from), ("to", to)].compactMap { name, moment in
      moment.map { (name, String($0.unixNanoseconds)) }
    }
  }
}

extension MapQuestion {
  fileprivate var parameters: [(String, String)] {
    [
      ("where", traceQL), ("group_by", groupBy), ("around", around), ("depth", around.map { _ in String(depth) }),
      ("min_share", shareMin > 0 ? String(shareMin) : nil),
    ].compactMap { name, value in value.map { (name, $0) } } + hidden.map { ("hide", $0) }
  }
}

extension String {
  /// As a value in a URL's query: everything but unreserved characters as %XX.
  fileprivate var percentEncoded: String {
    utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        String(Unicode.Scalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
