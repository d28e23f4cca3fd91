import ArgumentParser
import Rendering
import TraceModel
import TraceQuery

struct LatencyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency", abstract: "Shows how slow services, span names and edges are.",
    discussion: """
      Without an option: the requests that each service served. With --service: the service's spans by name. With \
      --edge: the calls of a pair, as the caller saw them. Percentiles are within 1.09 %, the maximum is exact.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text = "txt"
    case svg, json

    /// By its name, `text`, and by how files of text are called.
    init?(argument: String) { self.init(rawValue: argument == "text" ? "txt" : argument) }
  }

  @Option(help: ArgumentHelp("A service: its name, or namespace/name.", valueName: "SERVICE"))
  var service: String?

  @Option(help: ArgumentHelp("Only spans of this name.", valueName: "NAME"))
  var spanName: String?

  @Option(help: ArgumentHelp("Two nodes of the map, by name, namespace/name or ID.", valueName: "CALLER,CALLEE"))
  var edge: String?

  @Option(help: "text, svg or json (default: by the name of the output file, else text).")
  var format: Format?

  @OptionGroup var file: OutputOptions
  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    _ = try (selection, chosenFormat)
  }

  private var chosenFormat: Format {
    get throws { try file.format(format, else: .text) }
  }

  private var selection: LatencySelection {
    get throws {
      guard let edge else {
        return service == nil && spanName == nil ? .services : .spanNames(service: service, name: spanName)
      }
      if service != nil || spanName != nil { throw ValidationError("--edge goes without --service and --span-name") }
      let ends = edge.split(separator: ",", maxSplits: 1).map { String($0) }
      guard ends.count == 2 else { throw ValidationError("--edge takes two names: CALLER,CALLEE") }
      return .edge(caller: ends[0], callee: ends[1])
    }
  }

  func run() async throws {
    try await reportingFailures {
      let window = try window.window(default: .seconds(3600), now: .now)
      let source = try source.open()
      let series = try await source.latencies(try selection, window)
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
        }
      try file.write(bytes)
    }
  }
}
