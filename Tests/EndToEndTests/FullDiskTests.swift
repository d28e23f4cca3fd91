import Foundation
import Testing

/// The real program on a file system of a few megabytes: a tmpfs in a mount namespace of its own, for which nobody has
/// to be root.
@Suite(.timeLimit(.minutes(10))) struct FullDiskTests {
  private static let capacity = 32 << 20

  @Test func `a ring that does not fit is refused with the bytes that are missing, and leaves no slots behind`()
    async throws
  {
    let disk = try await SmallDisk(byteCount: 20 << 20)
    let (path, arguments) = disk.wrap(
      Spoor.path,
      ["serve", "--data", disk.path("ring"), "--capacity", "32MiB", "--otlp-grpc", "off", "--otlp-http", "127.0.0.1:0"])
    let answer = try await Program.run(path, arguments)
    #expect(answer.exitCode == 2)
    #expect(answer.errorLines.count == 1, "\(answer.errors)")
    // 63 slots of 512 KiB in 20 MiB, of which the superblock and the lock have taken three pages by then.
    let missing = try #require(answer.errors.firstMatch(of: /(\d+) KiB of that are missing/).flatMap { Int($0.1) })
    #expect((11_776...11_792).contains(missing), "\(answer.errors)")
  }

  @Test func `a ring that fits with 64 KiB to spare keeps running at its bound over five laps`() async throws {
    let disk = try await SmallDisk(byteCount: Self.capacity + 64 << 10)
    let collector = try await RunningCollector.start(data: disk.path("ring"), capacity: "32MiB", wrapper: disk.wrap)
    let ring = "/proc/\(collector.program.id)/root" + disk.path("ring")
    #expect(TemporaryFolder.byteCount(under: ring) > Self.capacity / 2)
    // 165 MiB, and the folder is looked at after every answer while other requests are being stored.
    let load = try await Load.send(
      to: collector.http, from: 0, count: 500, service: "filler", textByteCount: 33_000
    ) { _ in
      let size = TemporaryFolder.diskUse(under: ring)
      #expect(size <= Self.capacity + 64 << 10, "\(size) bytes")
    }
    #expect(load.acknowledged.count == 500)
    #expect(try await collector.status()["has_overwritten"] == .bool(true))
    let newest = (490..<500).map { NumberedRequest($0, service: "filler", textByteCount: 33_000) }
    #expect(try await collector.found(newest) == Array(repeating: NumberedRequest.spanCount, count: 10))
    #expect(try await collector.stop() == 0)
  }
}

/// A folder with a file system of its own and a size, which only the program that it wraps sees.
private final class SmallDisk: Sendable {
  private let folder: TemporaryFolder
  private let byteCount: Int

  init(byteCount: Int) async throws {
    folder = try TemporaryFolder()
    self.byteCount = byteCount
    let (path, arguments) = wrap("/bin/true", [])
    let trial = try await Program.run(path, arguments)
    guard trial.exitCode == 0 else { throw NotHere(errors: trial.errors) }
  }

  func path(_ name: String) -> String { folder.path(name) }

  /// `sh` becomes the program, so that whoever starts it has the program's ID.
  func wrap(_ program: String, _ arguments: [String]) -> (String, [String]) {
    let script = "mount -t tmpfs -o size=\(byteCount) tmpfs \"$0\" && exec \"$@\""
    return ("/usr/bin/unshare", ["-Urm", "sh", "-c", script, folder.url.path, program] + arguments)
  }

  struct NotHere: Error, CustomStringConvertible {
    var errors: String
    var description: String {
      "no file system can be mounted here: let this user have namespaces (kernel.unprivileged_userns_clone, "
        + "kernel.apparmor_restrict_unprivileged_userns, the container's --cap-add SYS_ADMIN); it said: \(errors)"
    }
  }
}
