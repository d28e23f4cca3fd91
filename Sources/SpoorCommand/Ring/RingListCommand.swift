import ArgumentParser
import Rendering
import RingStore

struct RingListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "Lists the slots of a ring and what they hold.",
    discussion: """
      A slot is free; head, where the next spans go; sealed, full and indexed; unsealed, full without an index; damaged; \
      or unreadable, of a newer format. B/SPAN counts all that the slot uses, its index included. RUN says how often a \
      collector had been started on the ring when it last wrote to the slot.
      """)

  @OptionGroup var ring: RingArguments

  @Option(help: "text or json.")
  var format = RingFormat.text

  func run() async throws {
    try await reportingFailures {
      let inspection = try ring.open()
      let listing = try couldNot { () throws(RingError) in try inspection.list() }
      switch format {
      case .text:
        try Console.write(RingTable(listing, style: Console.style, bars: Console.isTerminal).text)
      case .json: try Console.write(RingJSON.encode(listing))
      }
    }
  }
}
