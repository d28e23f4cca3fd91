import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct HugePagesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What a collector has of GLIBC_TUNABLES, which was started with this in it; glibc cuts it at the colons as it begins.
  private func tunables(given: String?) async throws -> [String] {
    let program = try await BackgroundProgram.start(
      Spoor.path,
      [
        "serve", "--data", folder.path("ring"), "--capacity", "32MiB", "--otlp-grpc", "off", "--otlp-http",
        "127.0.0.1:0",
      ]
        + ["--tcp", "off", "--udp", "off", "--api", "off"],
      environment: given.map { ["GLIBC_TUNABLES": $0] } ?? [:], readyWhen: { $0 == "ready" })
    let environment = try Data(contentsOf: URL(filePath: "/proc/\(program.id)/environ"))
    program.send(signal: SIGTERM)
    #expect(try await program.exitCode() == 0)
    return String(decoding: environment, as: UTF8.self).split(whereSeparator: { "\0:".contains($0) })
      .map { String($0.trimmingPrefix("GLIBC_TUNABLES=")) }.filter { $0.hasPrefix("glibc.malloc.") }
  }

  @Test func `malloc asks for huge pages where Linux gives them to those who ask`() async throws {
    let policy = try? String(contentsOfFile: "/sys/kernel/mm/transparent_hugepage/enabled", encoding: .utf8)
    let asked = policy?.contains("[madvise]") == true ? ["glibc.malloc.hugetlb=1"] : []
    #expect(try await tunables(given: nil) == asked)
    #expect(try await tunables(given: "glibc.malloc.arena_max=8") == ["glibc.malloc.arena_max=8"] + asked)
  }

  @Test func `who has decided about huge pages is left alone`() async throws {
    #expect(try await tunables(given: "glibc.malloc.hugetlb=0") == ["glibc.malloc.hugetlb=0"])
  }
}
