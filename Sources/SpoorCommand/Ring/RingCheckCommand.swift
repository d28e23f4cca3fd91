import ArgumentParser
import Rendering
import RingStore
import TraceLinking
import TraceModel

struct RingCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Says whether a ring is as it was written, and what is lost if not.",
    discussion: """
      Looks at every header, directory and table, and at the numbers that chain them; with --deep at every byte, and \
      makes every index again from its spans to compare. On a ring that a collector writes to, slots that are \
      overwritten meanwhile are told and are no damage.

      Exit codes: 0 clean; 3 damage that the ring heals by itself; 4 spans are lost; 2 the ring cannot be read at all.
      """)

  @OptionGroup var ring: RingArguments

  @Flag(help: "Verify every checksum and make every index again.")
  var deep = false

  @Option(help: "text or json.")
  var format = RingFormat.text

  func run() async throws {
    try await reportingFailures {
      let inspection = try ring.open()
      var line = ProgressLine()
      defer { line.clear() }
      let check = try couldNot { () throws(RingError) in
        try inspection.check(deep: deep, fold: ServiceMapFold()) { check in
          line.show("checked \(check.slotCount) of \(check.ring.slotCount) slots, \(check.spanCount) spans")
        }
      }
      line.clear()
      switch format {
      case .text: try Console.write(RingCheckText(check, style: Console.style).text)
      case .json: try Console.write(RingJSON.encode(check))
      }
      if let code = check.verdict.exitCode { throw ExitCode(code) }
    }
  }
}

extension RingCheck.Verdict {
  /// As DESIGN.md section 5 has it; nil for a clean ring.
  var exitCode: Int32? {
    switch self {
    case .clean: nil
    case .heals: 3
    case .lost: 4
    }
  }
}
