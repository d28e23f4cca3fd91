import ArgumentParser
import OTLPCodec
import Rendering
import TraceLinking
import TraceModel

struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Shows what happened in one trace.",
    discussion: "Exits with 1 if the ring has no span of it.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case tree, json, otlp
    case otlpJSON = "otlp-json"
  }

  @Argument(help: ArgumentHelp("The trace's ID: up to 32 hexadecimal digits.", valueName: "TRACE_ID"))
  var traceID: String

  @Option(help: "tree; json; otlp-json: OTLP's TracesData; otlp: the same as protobuf.")
  var format = Format.tree

  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    guard TraceID(hex: traceID) != nil else {
      throw ValidationError("\"\(traceID)\" is not a trace ID: 1 to 32 hexadecimal digits, not all zero")
    }
  }

  func run() async throws {
    guard let id = TraceID(hex: traceID) else { return }
    try await reportingFailures {
      let source = try source.open()
      let found = try await source.spans(of: id)
      if found.value.isEmpty { throw try await source.horizon().unknownTrace(id, isPartial: found.isPartial) }
      warnIfPartial(found.isPartial)
      let trace = TraceLinker.link(id, found.value)
      switch format {
      case .tree:
        let tree = TraceTree(trace, width: Console.width, style: Console.style, partial: found.isPartial)
        try Console.write(tree.text)
      case .json: try Console.write(AnswerJSON.encode(trace, partial: found.isPartial))
      case .otlpJSON: try Console.write(OTLPJSON.encode(trace.spans.map(\.span)))
      case .otlp: try Console.write(RequestEncoder.encode(trace.spans.map(\.span)))
      }
    }
  }
}
