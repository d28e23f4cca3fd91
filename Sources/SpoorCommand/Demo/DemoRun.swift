import OTLPCodec
import TraceModel

/// Lets the shop's users come at a rate, and sends what its services saw, each service in batches of its own as its
/// SDK would.
struct DemoRun {
  private var shop: Shop
  private let rate: Double
  private let tracesMax: Int?
  private let transports: ShopTransports
  private let senders: [ShopService: any SpanSender]
  private let now: () -> Timestamp
  private let pause: (Duration) async -> Void
  private(set) var summary = DemoSummary()
  private var madeTraces = 0

  /// - Parameters:
  ///   - rate: traces a second, above 0.
  ///   - tracesMax: when to end; nil for never.
  ///   - pause: waits, or returns at once when the demo has been stopped.
  init(
    shop: Shop, rate: Double, tracesMax: Int?, transports: ShopTransports, senders: [ShopService: any SpanSender],
    now: @escaping () -> Timestamp, pause: @escaping (Duration) async -> Void
  ) {
    precondition(rate > 0)
    self.shop = shop
    self.rate = rate
    self.tracesMax = tracesMax
    self.transports = transports
    self.senders = senders
    self.now = now
    self.pause = pause
  }

  /// Sends until all traces are sent or `isStopped`, and never stops in the middle of a trace.
  nonisolated(nonsending) mutating func run(
    until isStopped: () -> Bool, onProgress: (DemoSummary) -> Void = { _ in }
  ) async throws(SendingError) {
    let begin = now()
    while !isStopped() {
      let traces = makeDueTraces(since: begin)
      if !traces.isEmpty {
        try await send(traces)
        onProgress(summary)
      }
      if madeTraces == tracesMax { return }
      await pause(DemoLimits.roundLength)
    }
  }

  /// The first trace is due at the beginning, the others an interval apart.
  private mutating func makeDueTraces(since begin: Timestamp) -> [ShopTrace] {
    let now = now()
    let seconds = Double(now.since(begin).nanoseconds) / 1e9
    let due = min(seconds * rate + 1, Double(tracesMax ?? .max))
    let count = min(max(0, Int(min(due, 1e15)) - madeTraces), DemoLimits.tracesPerRoundMax)
    madeTraces += count
    return (0..<count).map { position in
      let age = Duration(nanoseconds: UInt64(Double(count - 1 - position) / rate * 1e9))
      return shop.next(endingAt: now - min(age, DemoLimits.ageMax))
    }
  }

  private nonisolated(nonsending) mutating func send(_ traces: [ShopTrace]) async throws(SendingError) {
    var spans: [ShopService: [Span]] = [:]
    for span in traces.flatMap(\.spans) {
      if let service = span.resource.serviceName.flatMap(ShopService.init) { spans[service, default: []].append(span) }
    }
    let sent = await withTaskGroup(of: Result<ServiceExport, SendingError>.self) { [senders] group in
      for (service, spans) in spans {
        guard let sender = senders[service] else { continue }
        group.addTask { await ServiceExport.run(service, spans, over: sender) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for result in sent {
      let export = try result.get()
      summary.add(
        spans: export.spanCount, over: transports.destination(of: export.service).transport, export.results)
    }
    summary.add(traces)
  }
}

/// One service's spans on their way out.
private struct ServiceExport: Sendable {
  var service: ShopService
  var spanCount: Int
  var results: [SendingResult]

  static func run(
    _ service: ShopService, _ spans: [Span], over sender: any SpanSender
  ) async -> Result<ServiceExport, SendingError> {
    var export = ServiceExport(service: service, spanCount: spans.count, results: [])
    for start in stride(from: 0, to: spans.count, by: DemoLimits.spansPerRequestMax) {
      let batch = spans[start..<min(start + DemoLimits.spansPerRequestMax, spans.count)]
      do throws(SendingError) {
        export.results.append(try await sender.send(RequestEncoder.encode(Array(batch))))
      } catch {
        return .failure(error)
      }
    }
    return .success(export)
  }
}
