import ArgumentParser
import Rendering
import TraceModel
import TraceQuery

struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Finds traces by their spans.",
    discussion: """
      The question is TraceQL: conditions on one span, joined with &&, for example \
      '{ resource.service.name = "cart" && duration > 100ms && status = error && .http.route = "/x" }'. \
      There are name, kind, status, outcome, duration, and attributes as span.…, resource.… or .… (either). \
      '{}' finds everything. Newest first; exits with 1 if nothing is found.
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

  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  mutating func validate() throws {
    do { _ = try TraceSearch(traceQL: query, limit: limit, cursor: cursor) } catch {
      throw ValidationError("\(error)")
    }
    guard (1...QueryLimits.searchTracesMax).contains(limit) else {
      throw ValidationError("--limit takes 1 to \(QueryLimits.searchTracesMax)")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let window = try window.window(default: .seconds(3600), now: .now)
      let source = try source.open()
      let found = try await source.search(SearchQuestion(text: query, limit: limit, cursor: cursor), window)
      warnIfPartial(found.isPartial)
      if found.value.cursor != nil, found.value.traces.count < limit {
        Console.warn("the search was ended before it was through; go on with --cursor, or take a smaller window")
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
