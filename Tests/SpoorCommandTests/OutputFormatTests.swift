import Testing

@testable import SpoorCommand

/// The format of an answer, by option or by the file's name.
@Suite struct OutputFormatTests {
  private enum Format: String, CaseIterable {
    case dot, svg
  }

  @Test(
    arguments: [
      (nil, "map.svg", "svg"), (nil, "map.SVG", "svg"), (nil, nil, "dot"), (nil, "map", "dot"),
      ("dot", "map.svg", "dot"),
      ("svg", "map.pdf", "svg"),
    ] as [(String?, String?, String)])
  func `an option decides, then the file's ending, then what is usual`(
    option: String?, file: String?, expected: String
  ) throws {
    let options = try OutputOptions.parse(file.map { ["-o", $0] } ?? [])
    #expect(try options.format(option.flatMap { Format(rawValue: $0) }, else: .dot).rawValue == expected)
  }

  @Test(arguments: ["map.gif", "map.weird"]) func `an ending that is no format is refused`(file: String) {
    #expect(throws: (any Error).self) { try MapCommand.parse(["-o", file]) }
    #expect(throws: (any Error).self) { try LatencyCommand.parse(["-o", file]) }
  }

  @Test func `help names what an option takes in the words that it takes`() {
    let help = LatencyCommand.helpMessage(columns: 200)
    #expect(help.contains("(values: ok, error, throttle, fault)"))
    #expect(help.contains("(values: text, svg, json, otlp-json)"))
    for help in [MapCommand.helpMessage(columns: 200), TraceCommand.helpMessage(columns: 200)] {
      #expect(help.contains("mermaid)") && !help.contains("mmd"))
    }
    for outcome in ["ok", "error", "throttle", "fault", "FAULT"] {
      #expect(throws: Never.self) { try LatencyCommand.parse(["--outcome", outcome]) }
    }
  }
}
