import Foundation
import Testing

/// A hostile client next door. How soon others are answered meanwhile is `tools/bench ingest`'s to measure.
@Suite(.timeLimit(.minutes(10))) struct AttackTests {
  private static let attacker = PythonShop.script("attacker")
  /// What the collector may hold at its worst here.
  private static let memoryMax = 700 << 20
  /// How long each attack is repeated: its threads make it once at least, which is what takes the time.
  private static let secondsOfEach = "0.2"

  @Test(.enabled(if: PythonShop.python != nil, "SPOOR_PYTHON names no Python"))
  func `whatever a hostile client does, no span of others is lost and nothing is uncounted`() async throws {
    let python = try #require(PythonShop.python)
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"), capacity: "1GiB")
    let doors = [
      "http=\(try collector.http)", "grpc=\(try collector.grpc)", "tcp=\(try collector.tcp)",
      "udp=\(try collector.udp)",
    ]
    let names = try await Program.run(python, ["-B", Self.attacker, "--list"]).text.split(separator: "\n")
    #expect(names.count >= 20)

    let http = "http://\(try collector.http)"
    // On an idle machine the attacks take some twelve seconds.
    async let polite = Spoor.run(
      "load", "--to", http, "--rate", "2000", "--batch", "50", "--connections", "4", "--duration", "15s", "--format",
      "json", within: .seconds(300))
    let attacks = try await Program.run(
      python, ["-B", Self.attacker, "all", Self.secondsOfEach] + doors, within: .seconds(300))
    #expect(attacks.exitCode == 0, "\(attacks.errors)")
    #expect(attacks.text.split(separator: "\n").map { $0.prefix { $0 != ":" } } == names, "\(attacks.text)")

    let sent = try await polite
    #expect(sent.exitCode == 0, "\(sent.text) \(sent.errors)")
    let summary = try JSONValue(parsing: sent.output)
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
