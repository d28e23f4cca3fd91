import ArgumentParser
import Rendering
import TraceModel

struct MapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Draws what talks to what.",
    discussion: "Pictures (svg, png) are laid out by Graphviz, which has to be installed; dot and json need nothing.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case dot, svg, png, json
  }

  @Option(help: "dot, svg, png or json (default: by the name of the output file, else dot).")
  var format: Format?

  @OptionGroup var file: OutputOptions
  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  private var chosenFormat: Format {
    get throws { try file.format(format, else: .dot) }
  }

  mutating func validate() throws {
    if try chosenFormat == .png && file.output == nil && Console.isTerminal {
      throw ValidationError("a PNG is nothing for a terminal: name a file with -o FILE")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let window = try window.window(default: .seconds(3600), now: .now)
      let source = try source.open()
      let map = try await source.serviceMap(window)
      warnIfPartial(map.isPartial)
      if map.value.nodes.isEmpty { throw try await source.horizon().emptyAnswer(window) }
      let bytes =
        switch try chosenFormat {
        case .dot: Array(ServiceMapDOT(map.value).text.utf8)
        case .svg: try await Graphviz.draw(ServiceMapDOT(map.value).text, as: "svg")
        case .png: try await Graphviz.draw(ServiceMapDOT(map.value).text, as: "png")
        case .json: AnswerJSON.encode(map.value)
        }
      try file.write(bytes)
    }
  }
}
