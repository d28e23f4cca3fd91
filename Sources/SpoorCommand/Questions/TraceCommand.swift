import ArgumentParser
import OTLPCodec
import Rendering
import TraceLinking
import TraceModel
import TraceQuery

struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Shows what happened in one trace.",
    discussion: """
      Its spans as a tree or for other programs, or as a map of who called whom (dot, svg, png, pdf, mermaid). Exits with \
      1 if the ring has no span of it.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case tree, json, otlp
    case otlpJSON = "otlp-json"
    case dot, svg, png, pdf
    case mermaid = "mmd"

    /// By its name, or by how its files are called.
    init?(argument: String) { self.init(rawValue: argument == "mermaid" ? "mmd" : argument) }

    static var allValueStrings: [String] { allCases.map { $0 == .mermaid ? "mermaid" : $0.rawValue } }

    /// Nil where the answer is no map.
    var map: MapFormat? { self == .json ? nil : MapFormat(rawValue: rawValue) }
  }

  @Argument(help: ArgumentHelp("The trace's ID: up to 32 hexadecimal digits.", valueName: "TRACE_ID"))
  var traceID: String

  @Option(
    help: """
      tree; json; otlp-json: OTLP's TracesData; otlp: the same as protobuf; dot, svg, png, pdf or mermaid: a map \
      (default: by the name of the output file, else tree).
      """)
  var format: Format?

  @OptionGroup(title: "Looks of a map") var looks: MapStyleOptions
  @OptionGroup var file: OutputOptions
  @OptionGroup var source: SourceOptions

  private var chosenFormat: Format {
    get throws { try file.format(format, else: .tree) }
  }

  mutating func validate() throws {
    guard TraceID(hex: traceID) != nil else {
      throw ValidationError("\"\(traceID)\" is not a trace ID: 1 to 32 hexadecimal digits, not all zero")
    }
    if let map = try chosenFormat.map { try file.check(map) }
  }

  func run() async throws {
    guard let id = TraceID(hex: traceID) else { return }
    try await reportingFailures {
      let source = try source.open()
      let found = try await source.spans(of: id)
      if found.value.isEmpty { throw try await source.horizon().unknownTrace(id, isPartial: found.isPartial) }
      warnIfPartial(found.isPartial)
      try file.write(try await bytes(of: id, found))
    }
  }

  private func bytes(of id: TraceID, _ found: Sourced<[Span]>) async throws -> [UInt8] {
    let format = try chosenFormat
    if let mapFormat = format.map {
      let picture = MapPicture(
        try ServiceMap(of: id, found.value).labellingDatabases(by: looks.label), looks.style)
      return try await picture.bytes(as: mapFormat) { try await Graphviz.draw($0, as: $1) }
    }
    let trace = TraceLinker.link(id, found.value)
    switch format {
    case .json: return AnswerJSON.encode(trace, partial: found.isPartial)
    case .otlpJSON: return OTLPJSON.encode(trace.spans.map(\.span))
    case .otlp: return RequestEncoder.encode(trace.spans.map(\.span))
    default:
      let style = file.output == nil ? Console.style : .plain
      return Array(TraceTree(trace, width: Console.width, style: style, partial: found.isPartial).text.utf8)
    }
  }
}
