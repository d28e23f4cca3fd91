import ArgumentParser
import Rendering
import TraceModel

struct ServicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "services", abstract: "Lists the services that sent spans.",
    discussion: "Without a window: everything that the ring holds.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Option(help: "table or json.")
  var format = Format.table

  @OptionGroup var window: WindowOptions
  @OptionGroup var source: SourceOptions

  func run() async throws {
    try await reportingFailures {
      let window = try window.window(default: nil, now: .now)
      let source = try source.open()
      let services = try await source.services(window)
      warnIfPartial(services.isPartial)
      if services.value.isEmpty { throw try await source.horizon().emptyAnswer(window) }
      switch format {
      case .table: try Console.write(ServiceTable(services.value, style: Console.style).text)
      case .json: try Console.write(AnswerJSON.encode(services.value))
      }
    }
  }
}
