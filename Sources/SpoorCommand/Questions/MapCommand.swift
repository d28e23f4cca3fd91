import ArgumentParser
import Rendering
import TraceModel
import TraceQuery

struct MapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Draws what talks to what.",
    discussion: """
      Pictures (svg, png, pdf) are laid out by Graphviz, which has to be installed; dot, json and mermaid need nothing. \
      A map of whole minutes is answered from stored figures; --where, and --group-by unless by service.namespace, go \
      through the spans of the window.
      """)

  @Option(help: "\(MapFormat.names) (default: by the name of the output file, else dot).")
  var format: MapFormat?

  @OptionGroup(title: "Which part") var part: MapOptions
  @OptionGroup(title: "Looks") var looks: MapStyleOptions
  @OptionGroup var file: OutputOptions
  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  private var chosenFormat: MapFormat {
    get throws { try file.format(format, else: .dot) }
  }

  mutating func validate() throws {
    try file.check(try chosenFormat)
  }

  func run() async throws {
    try await reportingFailures {
      let window = try window.window(default: .seconds(3600), now: .now)
      let source = try source.open()
      let map = try await source.serviceMap(try part.question, window)
      warnIfPartial(map.isPartial)
      if map.value.nodes.isEmpty { throw try await emptyAnswer(map.value, window, source) }
      for name in part.hide where !map.value.narrowing.hidden.contains(name) {
        Console.warn("nothing on this map is called \"\(name)\", so --hide leaves nothing out".asOneLine)
      }
      let picture = MapPicture(map.value.labellingDatabases(by: looks.label), looks.style)
      try file.write(try await picture.bytes(as: try chosenFormat) { try await Graphviz.draw($0, as: $1) })
    }
  }

  private func emptyAnswer(
    _ map: ServiceMap, _ window: TimeWindow, _ source: any AnswerSource
  ) async throws -> CommandFailure {
    let nodes = map.narrowing.nodesLeftOut
    guard nodes > 0 else { return try await source.horizon().emptyAnswer(window) }
    let reason =
      map.narrowing.around.map { "none of the \(nodes) nodes of this map is called \"\($0)\", or it is hidden" }
      ?? "all of the \(nodes) nodes of this map are left out"
    return CommandFailure(message: "\(reason); \"spoor map --format json\" names them all", exitCode: 1)
  }
}

extension MapFormat: ExpressibleByArgument {
  package init?(argument: String) { self.init(name: argument) }
  package static var allValueStrings: [String] { allCases.map { $0 == .mermaid ? "mermaid" : $0.rawValue } }
}

extension OutputOptions {
  /// Refuses a picture in bytes on a terminal.
  func check(_ format: MapFormat) throws {
    if format == .png || format == .pdf, output == nil, Console.isTerminal {
      throw ValidationError("a \(format.rawValue.uppercased()) is nothing for a terminal: name a file with -o FILE")
    }
  }
}
