import ArgumentParser
import Rendering
import TraceModel
import TraceQuery

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Finds traces by their spans.",
    discussion: """
      The question is TraceQL: conditions on one span, such as \
      '{ resource.service.name = "cart" && (duration > 100ms || status = error) && .http.route =~ "/cart/.*" }'; on how \
      spans stand to each other, such as '{ resource.service.name = "web" } >> { status = error }'; and on all of \
      them, such as '{ status = error } | count() > 3'. '{}' finds everything. Newest first; exits with 1 if nothing \
      is found.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Argument(help: ArgumentHelp("What a span of the trace must be like.", valueName: "TRACEQL"))
  var query: String

  @Option(help: ArgumentHelp("Traces at most.", valueName: "COUNT"))
  var limit = QueryLimits.searchTracesDefault

  @Option(help: ArgumentHelp("Go on where an earlier answer ended: what it says behind \"more\".", valueName: "CURSOR"))
  var cursor: String?

  @Option(help: "table or json.")
  var format = Format.table

  @Option(help: ArgumentHelp("Matching spans to tell of each trace, in json, at most.", valueName: "COUNT"))
  var spans = 3

  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    guard (1...QueryLimits.searchTracesMax).contains(limit) else {
      throw ValidationError("--limit takes 1 to \(QueryLimits.searchTracesMax)")
    }
  }

  func run() async throws {
    try await reportingFailures {
      try explainingTraceQL(query) { _ = try TraceSearch(traceQL: query, limit: limit, cursor: cursor) }
      let window = try window.window(default: .seconds(3600), now: .now)
      let source = try source.open()
      let question = SearchQuestion(
        text: query, limit: limit, cursor: cursor, spansMax: format == .json ? max(0, spans) : 0)
      let found = try await showingProgress { try await source.search(question, window, progress: $0) }
      warnIfPartial(found.isPartial)
      if found.value.cut == .time {
        Console.warn(
          "the search was ended when its time was up, before it was through; go on with --cursor, or take a smaller window"
        )
      } else if found.value.traces.isEmpty {
        throw try await source.horizon().emptyAnswer(window)
      }
      switch format {
      case .table: try Console.write(TraceTable(found.value, style: Console.style).text)
      case .json: try Console.write(AnswerJSON.encode(found.value, partial: found.isPartial))
      }
    }
  }
}
