import TraceModel
import TraceQuery

/// `GET /api/metrics/…`, what the UI's Monitor tab draws: rates, errors or latencies over time.
struct JaegerMetrics: Sendable {
  enum Measure: String, CaseIterable, Sendable {
    case latencies, calls, errors
  }

  /// What figures tell apart.
  static let leastStep = Duration.seconds(60)

  let measure: Measure
  let quantile: Double
  private let question: RateQuestion
  /// How many columns a point is made from, and lies behind the one before.
  private let width: Int
  private let stride: Int
  private let end: Timestamp
  private let pointCount: Int

  init(_ measure: Measure, _ parameters: JaegerParameters, now: Timestamp) throws(APIError) {
    self.measure = measure
    let services = parameters.all("service").filter { !$0.isEmpty }
    guard !services.isEmpty else {
      throw APIError(.badRequest, "unable to parse param 'service': please provide at least one service name")
    }
    guard services.count <= APILimits.jaegerMetricServicesMax else {
      throw APIError(
        .badRequest, "\(services.count) services are too many: at most \(APILimits.jaegerMetricServicesMax)")
    }
    quantile = try Self.quantile(measure, parameters)
    var kinds: Set<SpanKind> = []
    for word in parameters.all("spanKind") where !word.isEmpty {
      let name = word.hasPrefix("SPAN_KIND_") ? String(word.dropFirst("SPAN_KIND_".count)) : word
      guard let kind = SpanKind(name) else {
        throw APIError(.badRequest, "unable to parse param 'spanKind': unsupported span kind: '\(word)'")
      }
      kinds.insert(kind)
    }
    let isBySpanName = try parameters.bool("groupByOperation")
    end = try parameters.milliseconds("endTs") ?? now
    let lookback = try parameters.length("lookback", usual: .seconds(3600))
    let step = try parameters.length("step", usual: .seconds(5))
    let rate = try parameters.length("ratePer", usual: .seconds(600))
    guard lookback > .zero, step > .zero, rate > .zero else {
      throw APIError(.badRequest, "invalid parameter: lookback, step and ratePer must be greater than 0")
    }
    let columnsMax = isBySpanName ? APILimits.jaegerSpanNameColumnsMax : APILimits.jaegerColumnsMax
    let from = end - lookback - rate
    // A minute, or as many as it takes.
    let minute = Self.leastStep.nanoseconds
    let column = max(1, (end.since(from).nanoseconds / minute) / UInt64(columnsMax) + 1) * minute
    let first = from.unixNanoseconds / column
    let last = end.unixNanoseconds / column + (end.unixNanoseconds % column == 0 ? 0 : 1)
    width = Int(clamping: max(1, min(rate.nanoseconds, end.since(from).nanoseconds).dividedUp(by: column)))
    stride = Int(clamping: max(1, min(step.nanoseconds, lookback.nanoseconds).dividedUp(by: column)))
    let count = Int(clamping: last - first)
    pointCount = max(0, count - width) / stride + 1
    question = RateQuestion(
      services: Set(services), kinds: kinds.isEmpty ? [.server] : kinds, isBySpanName: isBySpanName,
      columns: LatencyHeatMap.Columns(
        from: Timestamp(unixNanoseconds: first * column), step: Duration(nanoseconds: column), count: count))
  }

  private static func quantile(_ measure: Measure, _ parameters: JaegerParameters) throws(APIError) -> Double {
    guard measure == .latencies else { return 0 }
    guard let text = parameters["quantile"], let quantile = Double(text), (0...1).contains(quantile) else {
      throw APIError(.badRequest, "unable to parse param 'quantile': it has to be a number from 0 to 1, such as 0.95")
    }
    return quantile
  }

  func answer(_ queries: TraceQueries) throws -> Reply<JaegerMetricFamily> {
    let found = try queries.callRates(question)
    var help = self.help
    if found.value.isCut { help += "; of the newest spans of the window only, which has too many to count" }
    let metrics = found.value.series.map { series in
      JaegerMetricFamily.Metric(series, points: points(of: series))
    }.filter { !$0.metricPoints.isEmpty }
    return Reply(
      JaegerMetricFamily(name: name, help: help, metrics: metrics), isPartial: found.missingBlocks > 0)
  }

  private var name: String {
    let subject = question.isBySpanName ? "service_operation" : "service"
    return switch measure {
    case .latencies: "\(subject)_latencies"
    case .calls: "\(subject)_call_rate"
    case .errors: "\(subject)_error_rate"
    }
  }

  private var help: String {
    let group = question.isBySpanName ? "grouped by service & operation" : "grouped by service"
    return switch measure {
    case .latencies: "\(quantile)th quantile latency, in milliseconds, \(group)"
    case .calls: "calls/sec, \(group)"
    case .errors: "error rate, computed as a fraction of errors/sec over calls/sec, \(group)"
    }
  }

  /// The oldest first. A latency or an error rate of no calls is no point.
  private func points(of series: CallRates.Series) -> [JaegerMetricFamily.Point] {
    let columns = question.columns
    var points: [JaegerMetricFamily.Point] = []
    for number in (0..<pointCount).reversed() {
      let last = columns.count - number * stride
      guard last > 0 else { continue }
      let sum = series.sum(of: max(0, last - width)..<last)
      // The last column may not be over.
      let time = min(columns.start(of: last), end)
      let seconds = Double(time.since(columns.start(of: max(0, last - width))).nanoseconds) / 1e9
      switch measure {
      case .calls: points.append(JaegerMetricFamily.Point(seconds > 0 ? Double(sum.calls) / seconds : 0, time))
      case .errors where sum.calls > 0:
        points.append(JaegerMetricFamily.Point(Double(sum.failed) / Double(sum.calls), time))
      case .latencies where sum.calls > 0:
        points.append(JaegerMetricFamily.Point(Double(sum.latency.quantile(quantile).nanoseconds) / 1e6, time))
      default: break
      }
    }
    return points
  }
}

extension UInt64 {
  fileprivate func dividedUp(by divisor: UInt64) -> UInt64 { self / divisor + (self % divisor == 0 ? 0 : 1) }
}
