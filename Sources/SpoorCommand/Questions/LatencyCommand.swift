import ArgumentParser
import QueryAPI
import Rendering
import TraceModel
import TraceQuery

struct LatencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency", abstract: "Shows how slow services, span names and edges are.",
    discussion: """
      Without an option: the requests that each service served. With --service: the service's spans by name. With \
      --edge: the calls of a pair, as the caller saw them. --kind and --outcome pick some of them, --by tells them \
      apart. Percentiles are within 1.09 %, the maximum is exact. otlp-json is OTLP's metrics with exponential \
      histograms of nanoseconds at scale 5: the very buckets that Spoor counts in.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text = "txt"
    case svg, json
    case otlpJSON = "otlp-json"

    /// By its name, `text`, and by how files of text are called.
    init?(argument: String) { self.init(rawValue: argument == "text" ? "txt" : argument) }
  }

  @OptionGroup var whose: LatencyOptions

  @Option(help: "text, svg, json or otlp-json (default: by the name of the output file, else text).")
  var format: Format?

  @Flag(help: "A heat map: how latencies changed over the window, which is widened to whole columns.")
  var overTime = false

  @Flag(
    inversion: .prefixedNo,
    help: """
      Traces beside the percentiles, looked for in the newest 2,000,000 spans of the window (default: in svg only).
      """)
  var exemplars: Bool?

  @OptionGroup var file: OutputOptions
  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    let format = try chosenFormat
    if overTime && format == .otlpJSON {
      throw ValidationError("--over-time is text, svg or json: OTLP has no heat maps")
    }
    if overTime && exemplars == true { throw ValidationError("--over-time has no --exemplars") }
  }

  private var chosenFormat: Format {
    get throws { try file.format(format, else: .text) }
  }

  func run() async throws {
    try await reportingFailures {
      let now = Timestamp.now
      let window = try window.window(default: .seconds(3600), now: now)
      let source = try source.open()
      try file.write(try await overTime ? heatMap(source, window) : histograms(source, window, now))
    }
  }

  private var style: TextStyle { file.output == nil ? Console.style : .plain }

  private func histograms(_ source: any AnswerSource, _ window: TimeWindow, _ now: Timestamp) async throws -> [UInt8] {
    let format = try chosenFormat
    let series = try await source.latencies(
      try whose.selection, window, hasExemplars: exemplars ?? (format == .svg))
    warnIfPartial(series.isPartial)
    if series.value.isEmpty { throw try await source.horizon().emptyAnswer(window) }
    return switch format {
    case .text: Array(LatencyBars(series.value, width: Console.width, style: style).text.utf8)
    case .svg: Array(LatencySVG(series.value).text.utf8)
    case .json: AnswerJSON.encode(series.value)
    case .otlpJSON: LatencyOTLP.encode(series.value, window, now: now)
    }
  }

  private func heatMap(_ source: any AnswerSource, _ window: TimeWindow) async throws -> [UInt8] {
    let format = try chosenFormat
    let room = Console.width - LatencyHeatText.labelColumns
    let columns = format == .text ? min(room, APILimits.heatMapColumnsUsual) : APILimits.heatMapColumnsUsual
    let map = try await source.heatMap(try whose.selection, window, columns: columns)
    warnIfPartial(map.isPartial)
    if map.value.series.isEmpty { throw try await source.horizon().emptyAnswer(window) }
    return switch format {
    case .text: Array(LatencyHeatText(map.value, width: Console.width, style: style).text.utf8)
    case .svg: Array(LatencyHeatSVG(map.value).text.utf8)
    case .json, .otlpJSON: AnswerJSON.encode(map.value)
    }
  }
}
