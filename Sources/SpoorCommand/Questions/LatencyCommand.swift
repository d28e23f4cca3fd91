import ArgumentParser
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

  @OptionGroup var file: OutputOptions
  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    _ = try chosenFormat
  }

  private var chosenFormat: Format {
    get throws { try file.format(format, else: .text) }
  }

  func run() async throws {
    try await reportingFailures {
      let now = Timestamp.now
      let window = try window.window(default: .seconds(3600), now: now)
      let source = try source.open()
      let series = try await source.latencies(try whose.selection, window)
      warnIfPartial(series.isPartial)
      if series.value.isEmpty { throw try await source.horizon().emptyAnswer(window) }
      let bytes =
        switch try chosenFormat {
        case .text:
          Array(
            LatencyBars(series.value, width: Console.width, style: file.output == nil ? Console.style : .plain).text
              .utf8)
        case .svg: Array(LatencySVG(series.value).text.utf8)
        case .json: AnswerJSON.encode(series.value)
        case .otlpJSON: LatencyOTLP.encode(series.value, window, now: now)
        }
      try file.write(bytes)
    }
  }
}
