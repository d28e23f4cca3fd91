import ArgumentParser
import Glibc
import Rendering
import TraceModel

struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Shows rates, failures and percentiles as they change.",
    discussion: """
      Services (and the databases, queues and others that they call) or edges, over the last minute. Counts are exact \
      for the spans that ended in the window and have arrived; the window ends some seconds ago, because SDKs send \
      spans with a delay. Keys: q quits, e and s switch between edges and services, r f 5 9 t m n sort, i inverts, \
      arrows scroll, space pauses. Where standard output is no terminal, one table is printed; with --format json a \
      line for each refresh.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Option(help: "services or edges.")
  var show = TopView.Subject.services

  @Option(help: "rate, failed, p50, p90, p99, p100 or name.")
  var sort = TopView.Column.rate

  @Option(help: ArgumentHelp("How often to ask: 500ms, 2s, 1m.", valueName: "LENGTH"), transform: Self.length)
  var interval = Duration.seconds(2)

  @Option(help: ArgumentHelp("Over how long: 10s, 1m, 1h.", valueName: "LENGTH"), transform: Self.length)
  var window = Duration.seconds(60)

  @Option(help: ArgumentHelp("How long ago the window ends.", valueName: "LENGTH"), transform: Self.length)
  var lag = Duration.seconds(5)

  @Flag(help: "One table, or one line of JSON, and no more.")
  var once = false

  @Option(help: "table or json.")
  var format = Format.table

  @OptionGroup var source: SourceOptions

  private static func length(_ text: String) throws -> Duration {
    // "0" needs no unit.
    guard let length = Duration(parsing: text == "0" ? "0s" : text) else {
      throw ValidationError("\"\(text)\" is not a length of time such as 500ms, 2s or 1m")
    }
    return length
  }

  mutating func validate() throws {
    guard interval >= TopLimits.intervalMin && interval <= TopLimits.lengthMax else {
      throw ValidationError("--interval takes \(TopLimits.intervalMin) to a day")
    }
    guard window >= .seconds(1) && window <= TopLimits.lengthMax else {
      throw ValidationError("--window takes a second to a day")
    }
    guard lag <= TopLimits.lengthMax else { throw ValidationError("--lag takes at most a day") }
  }

  func run() async throws {
    try await reportingFailures {
      let question = TopQuestion(source: source, length: window, lag: lag)
      let view = TopView(show, sort: sort)
      // The first answer comes before the screen is taken, so that a wrong address is one line as everywhere.
      let first = try await question.ask(at: .now)
      switch format {
      case .json: try await writeLines(question, first)
      case .table where once || !Console.isTerminal: try await writeTable(first, view)
      case .table:
        var screen = TopScreen(question, view, interval: interval)
        try await screen.run(first)
      }
    }
  }

  private func writeTable(_ reply: TopQuestion.Reply, _ view: TopView) async throws {
    warnIfPartial(reply.isPartial)
    if reply.figures.map.nodes.isEmpty {
      let window = TimeWindow(from: reply.figures.from, to: reply.figures.to)
      throw try await source.open().horizon().emptyTop(window)
    }
    let frame = TopFrame(reply.figures, view, width: Console.width, height: nil, style: Console.style)
    try Console.write(frame.text)
  }

  private func writeLines(_ question: TopQuestion, _ first: TopQuestion.Reply) async throws {
    var next: TopQuestion.Reply? = first
    while true {
      if let reply = next {
        let line = TopJSON.line(reply.figures, at: reply.at, partial: reply.isPartial)
        guard try Console.write(line), !once else { return }
      }
      try await Task.sleep(for: .nanoseconds(Int64(clamping: interval.nanoseconds)))
      // Gone for a while is nothing to end for; the next line comes when there is an answer.
      do {
        next = try await question.ask(at: .now)
      } catch {
        next = nil
        Console.warn(TopQuestion.reason(error))
      }
    }
  }
}

extension TopView.Subject: ExpressibleByArgument {}
extension TopView.Column: ExpressibleByArgument {}

/// The bounds of `spoor top`.
enum TopLimits {
  /// Asking more often would keep a collector busy with answering.
  static let intervalMin = Duration.milliseconds(100)
  /// Of an interval, a window, a lag.
  static let lengthMax = Duration.seconds(86_400)
  /// Keys and answers that wait to be looked at; past it the oldest are left out.
  static let eventsMax = 256
}

extension RingHorizon {
  fileprivate func emptyTop(_ window: TimeWindow) -> CommandFailure {
    guard spans > 0, let latestEnd else { return emptyAnswer(window) }
    return CommandFailure(
      message: "no span ended in the window; the newest in the ring ended at \(latestEnd): take a longer --window",
      exitCode: 1)
  }
}
