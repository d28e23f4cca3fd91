import ArgumentParser
import Rendering
import TraceModel
import TraceQuery

struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query", abstract: "Shows figures of spans over time.",
    discussion: """
      The question is TraceQL that ends in a function, for example \
      '{ status = error } | rate() by (resource.service.name)' or \
      '{ name = "GET /cart" } | quantile_over_time(duration, .5, .99)'. There are rate, count_over_time, min_over_time, \
      max_over_time, avg_over_time, sum_over_time, quantile_over_time, histogram_over_time and compare, each with by(), \
      and topk and bottomk behind them. A span counts in the step in which it started; the window is widened to whole \
      steps. Durations are in seconds. Exits with 1 if nothing is found.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv
  }

  @Argument(help: ArgumentHelp("Which spans, and which figures of them.", valueName: "TRACEQL"))
  var query: String

  @Option(
    help: ArgumentHelp("How long a step is, such as 30s, 1m or 1h (default: by the window).", valueName: "LENGTH"))
  var step: String?

  @Option(help: ArgumentHelp("Traces to name beside the figures, in json, at most.", valueName: "COUNT"))
  var exemplars = 0

  @Option(help: "table, json or csv.")
  var format = Format.table

  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    if let step, Duration(parsing: step) ?? .zero == .zero {
      throw ValidationError("--step \(step) is not a length of time such as 30s, 1m or 1h")
    }
    guard (0...QueryLimits.exemplarsMax).contains(exemplars) else {
      throw ValidationError("--exemplars takes 0 to \(QueryLimits.exemplarsMax)")
    }
  }

  func run() async throws {
    try await reportingFailures {
      try explainingTraceQL(query) { _ = try MetricsQuestion(traceQL: query) }
      let window = try window.window(default: .seconds(3600), now: .now)
      let source = try source.open()
      let request = FigureRequest(
        text: query, step: step.flatMap { Duration(parsing: $0) }, exemplarsMax: exemplars)
      let found = try await showingProgress { try await source.figures(request, window, progress: $0) }
      warnIfPartial(found.isPartial)
      if found.value.series.isEmpty { throw try await source.horizon().emptyAnswer(window) }
      warnIfCut(found.value)
      switch format {
      case .table:
        try Console.write(SpanMetricsTable(found.value, width: Console.width, style: Console.style).text)
      case .json: try Console.write(AnswerJSON.encode(found.value, partial: found.isPartial))
      case .csv: try Console.write(SpanMetricsCSV(found.value).text)
      }
    }
  }

  private func warnIfCut(_ figures: SpanMetrics) {
    if figures.cut == .time {
      Console.warn("not all spans were looked at in time, and the oldest figures are too low: take a smaller window")
    }
    if figures.droppedSeries > 0 {
      Console.warn("\(figures.droppedSeries) more series were left out: group by less, or filter more")
    }
  }
}
