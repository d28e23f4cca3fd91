import Foundation
import Testing

/// A hostile client next door. How soon others are answered meanwhile is `tools/bench ingest`'s to measure.
@Suite(.timeLimit(.minutes(10))) struct AttackTests {
  private static let attacker = PythonShop.script("attacker")
  /// What the collector may hold at its worst here.
  private static let memoryMax = 700 << 20

  @Test(.enabled(if: PythonShop.python != nil, "SPOOR_PYTHON names no Python"))
  func `whatever a hostile client does, no span of others is lost and nothing is uncounted`() async throws {
    let python = try #require(PythonShop.python)
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), capacity: "1GiB")
    let doors = [
      "http=\(try collector.http)", "grpc=\(try collector.grpc)", "tcp=\(try collector.tcp)",
      "udp=\(try collector.udp)",
    ]
    let listed = try await Program.run(python, ["-B", Self.attacker, "--list"])
    let attacks = listed.text.split(separator: "\n").map(String.init)
    #expect(attacks.count >= 20)
    let http = "http://\(try collector.http)"
    let polite = Task {
      try await Spoor.run(
        "load", "--to", http, "--rate", "2000", "--batch", "50", "--connections", "4", "--duration",
        "\(attacks.count)s", "--format", "json", within: .seconds(400))
    }
    for attack in attacks {
      let run = try await Program.run(
        python, ["-B", Self.attacker, attack, "0.7"] + doors, within: .seconds(60))
      #expect(run.exitCode == 0, "\(attack): \(run.errors)")
      #expect(run.text.hasPrefix(attack), "\(run.text)")
      // Fails if the collector is gone.
      _ = try collector.program.peakMemory()
    }
    let sent = try await polite.value
    let summary = try JSONValue(parsing: sent.output)
    #expect(sent.exitCode == 0, "\(sent.text) \(sent.errors)")
    let spans = try #require(summary["spans"].int)
    #expect(spans > 2000 && summary["accepted"].int == spans)
    let services = try await Spoor.askJSON("services", "--all", "--server", collector.api)["services"].elements
    let stored = services.filter { $0["namespace"] == "load" }.reduce(0) { $0 + ($1["spans"].int ?? 0) }
    #expect(stored == spans)
    let memory = try collector.program.peakMemory()
    #expect(memory < Self.memoryMax, "\(memory >> 20) MiB")
    #expect(try await collector.stop() == 0)
  }
}
