import Foundation
import Testing

/// A disk that fails under the real program: `strace` answers for the kernel.
@Suite(.timeLimit(.minutes(10))) struct DiskFaultTests {
  @Test(arguments: [3, 6, 11])
  func `one sync that fails under load costs no acknowledged span`(count: Int) async throws {
    try await Strace.requirePermission()
    let folder = try TemporaryFolder()
    let collector = try await Self.start(folder, .failing("fdatasync", count...count))
    let load = try await Load.send(to: collector.http, from: 0, count: 200, service: "loaded")
    #expect(load.acknowledged.count + load.refused.count == 200)
    try await Self.expectAll(load.acknowledged, in: collector)
    try await collector.kill()
    try await Self.expectAll(load.acknowledged, in: try await RunningCollector.start(data: folder.path("ring")))
  }

  @Test
  func `a disk that fails twice in a row is answered 503, questions go on, and so does storing once it works again`()
    async throws
  {
    try await Strace.requirePermission()
    let folder = try TemporaryFolder()
    let collector = try await Self.start(folder, .failing("fdatasync", 5...6))
    let load = try await Load.send(to: collector.http, from: 0, count: 100, service: "loaded", senders: 1)
    #expect(!load.refused.isEmpty)
    try await Self.expectAll(load.acknowledged, in: collector)
    #expect(try await collector.get("services").status == 200)
    try await Self.expectAll(load.acknowledged, in: collector)
  }

  private static func start(_ folder: TemporaryFolder, _ fault: Strace) async throws -> RunningCollector {
    try await RunningCollector.start(data: folder.path("ring"), capacity: "32MiB") { program, arguments in
      (Strace.path, fault.arguments(for: program, arguments, log: folder.path("strace")))
    }
  }

  private static func expectAll(_ acknowledged: [Int], in collector: RunningCollector) async throws {
    let requests = acknowledged.map { NumberedRequest($0, service: "loaded") }
    for (request, count) in zip(requests, try await collector.found(requests)) {
      #expect(count == NumberedRequest.spanCount, "request \(request.number) was acknowledged")
    }
  }
}
