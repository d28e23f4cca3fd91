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

    static var allValueStrings: [String] { allCases.map { $0 == .text ? "text" : $0.rawValue } }
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

  @Option(help: "Of an svg: light, dark or auto, which follows the reader's system (a heat map is light).")
  var theme = MapStyle.Ground.auto

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

  /// Nobody is called so, or there was nothing of what is asked for.
  private func emptyAnswer(_ source: any AnswerSource, _ window: TimeWindow) async throws -> CommandFailure {
    let nodes = try await source.serviceMap(.all).value.nodes
    let unknown = try whose.names.first { name in !nodes.contains { $0.names.contains(name) } }
    guard let unknown, !nodes.isEmpty else { return try await source.horizon().emptyAnswer(window) }
    return CommandFailure(
      message: "nothing in the ring is called \"\(unknown)\"; \"spoor map --all --format json\" names everything",
      exitCode: 1)
  }

  private var style: TextStyle { file.output == nil ? Console.style : .plain }

  private func histograms(_ source: any AnswerSource, _ window: TimeWindow, _ now: Timestamp) async throws -> [UInt8] {
    let format = try chosenFormat
    let series = try await source.latencies(
      try whose.selection, window, hasExemplars: exemplars ?? (format == .svg))
    warnIfPartial(series.isPartial)
    if series.value.isEmpty { throw try await emptyAnswer(source, window) }
    // Whoever looks at it later cannot know when "until now" was.
    let told = window.isAll ? window : TimeWindow(from: window.from, to: window.to ?? now)
    return switch format {
    case .text: Array(LatencyBars(series.value, window: told, width: Console.width, style: style).text.utf8)
    case .svg: Array(LatencySVG(series.value, window: told, ground: theme).text.utf8)
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
    if map.value.series.isEmpty { throw try await emptyAnswer(source, window) }
    return switch format {
    case .text: Array(LatencyHeatText(map.value, width: Console.width, style: style).text.utf8)
    case .svg: Array(LatencyHeatSVG(map.value, theme: theme == .dark ? .dark : .light).text.utf8)
    case .json, .otlpJSON: AnswerJSON.encode(map.value)
    }
  }
}
