import ArgumentParser
import OTLPCodec
import Rendering
import TraceModel
import TraceQuery

struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Shows what happened in traces.",
    discussion: """
      Their spans as trees or for other programs, or as a map of who called whom in one (dot, svg, png, pdf, mermaid). \
      Exits with 1 if the ring has no span of any of them.

      An ID may lack zeros at its beginning, be in upper case, stand behind 0x or in a traceparent, and have a UUID's \
      hyphens. Then it is found within milliseconds. Its first \(QueryLimits.shortenedIDDigitsMin) digits or more do, too, \
      if no other trace begins so; for that the IDs of all traces are gone through, the newest first, for \
      \(QueryLimits.shortenedIDSeconds) seconds at most.

      Where hosts' clocks differ, tree and json show the spans of another host than their parent's moved so that they fit, \
      and say beside each span by how much.
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

    /// Spans of a trace that are shown where nobody says how many; what other programs take is taken whole.
    var usualLimit: Int {
      switch self {
      case .tree: 1000
      case .json: 20_000
      default: .max
      }
    }
  }

  @Argument(help: ArgumentHelp("The traces' IDs, or beginnings of them.", valueName: "TRACE_ID"))
  var traceIDs: [String]

  @Option(
    help: """
      tree; json; otlp-json: OTLP's TracesData; otlp: the same as protobuf; dot, svg, png, pdf or mermaid: a map \
      (default: by the name of the output file, else tree).
      """)
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "Spans of a trace at most (default: \(Format.tree.usualLimit) as a tree, \(Format.json.usualLimit) as json).",
      valueName: "COUNT"))
  var limit: Int?

  @Option(help: ArgumentHelp("Go on where an earlier answer ended: what it says as --cursor.", valueName: "CURSOR"))
  var cursor: String?

  @Flag(help: "Show the times that were sent, whatever hosts' clocks say.")
  var rawTimes = false

  @OptionGroup(title: "Looks of a map") var looks: MapStyleOptions
  @OptionGroup var file: OutputOptions
  @OptionGroup var source: SourceOptions

  private var chosenFormat: Format {
    get throws { try file.format(format, else: .tree) }
  }

  mutating func validate() throws {
    for text in traceIDs where TraceReference(text) == nil {
      throw ValidationError("\"\(text)\" is not a trace ID: 1 to 32 hexadecimal digits, not all zero")
    }
    if let map = try chosenFormat.map {
      try file.check(map)
      if traceIDs.count > 1 { throw ValidationError("a map is of one trace: give one ID, or take --format tree") }
    }
    if let limit, limit < 1 { throw ValidationError("--limit takes a number from 1 on") }
    if let cursor {
      guard let place = TracePlace(cursor) else {
        throw ValidationError("\"\(cursor)\" is no cursor that an answer gave")
      }
      do { _ = try PageChoice(limit: nil, cursor: place.part) } catch { throw ValidationError("\(error)") }
      if traceIDs.count > 1 { throw ValidationError("a cursor is of one trace: give its ID alone") }
    }
  }

  func run() async throws {
    try await reportingFailures {
      let source = try source.open()
      var found: [SourcedTrace] = []
      for text in traceIDs {
        guard let reference = TraceReference(text) else { continue }
        do {
          found.append(try await source.trace(reference, after: cursor.flatMap { TracePlace($0)?.part }))
        } catch let failure as CommandFailure where failure.exitCode == 1 && traceIDs.count > 1 {
          Console.warn(failure.message.asOneLine)
        }
      }
      if found.isEmpty { throw ExitCode(1) }
      for note in found.compactMap(\.note) { Console.warn(note.asOneLine) }
      warnIfPartial(found.contains { $0.isPartial && $0.next == nil })
      try file.write(try await bytes(of: found))
    }
  }

  private func bytes(of found: [SourcedTrace]) async throws -> [UInt8] {
    let format = try chosenFormat
    if let mapFormat = format.map, let trace = found.first {
      let picture = MapPicture(
        try ServiceMap(of: trace.id, trace.spans).labellingDatabases(by: looks.label), looks.style)
      return try await picture.bytes(as: mapFormat) { try await Graphviz.draw($0, as: $1) }
    }
    let pages = try found.map { try page(of: $0, format) }
    switch format {
    case .tree:
      let style = file.output == nil ? Console.style : .plain
      let trees = pages.map { TraceTree($0, width: Console.width, style: style).text }
      return Array(trees.joined(separator: "\n").utf8)
    case .json: return pages.count == 1 ? AnswerJSON.encode(pages[0]) : AnswerJSON.encode(pages)
    default:
      if let next = pages.compactMap(\.next).first { Console.warn("there are more spans: --cursor \(next)") }
      let spans = pages.flatMap { $0.trace.spans[$0.range].map(\.span) }
      return format == .otlp ? RequestEncoder.encode(spans) : OTLPJSON.encode(spans)
    }
  }

  private func page(of found: SourcedTrace, _ format: Format) throws -> TracePage {
    let place = cursor.flatMap { TracePlace($0) } ?? TracePlace()
    var trace = Trace(of: found.id, found.spans)
    guard place.position < max(1, trace.spans.count) else {
      throw CommandFailure(
        message:
          "trace \(found.id) has \(trace.spans.count) spans here and none behind the cursor; leave it out to begin anew",
        exitCode: 1)
    }
    if !rawTimes && (format == .tree || format == .json) { trace = trace.onOneClock }
    let first = min(place.position, trace.spans.count)
    let end = first + min(limit ?? format.usualLimit, trace.spans.count - first)
    let next =
      end < trace.spans.count
      ? TracePlace(position: end, part: place.part) : found.next.map { TracePlace(part: $0) }
    return TracePage(trace, isPartial: found.isPartial, range: first..<end, next: next?.description)
  }
}
