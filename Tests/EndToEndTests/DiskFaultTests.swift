import Foundation
import Testing

/// A disk that fails under the real program: `strace` answers for the kernel.
@Suite(.timeLimit(.minutes(10))) struct DiskFaultTests {
  @Test(arguments: [3, 6, 11])
  func `one sync that fails under load is healed: every sender is told that its spans are stored, and they are`(
    count: Int
  ) async throws {
    try await Strace.requirePermission()
    let folder = try TemporaryFolder()
    let collector = try await Self.start(folder, .failing("fdatasync", count...count))
    let load = try await Load.send(to: collector.http, from: 0, count: 200, service: "loaded")
    #expect(load.acknowledged.count == 200)
    try await Self.expectAll(load.acknowledged, in: collector)
    try await collector.kill()
    try await Self.expectAll(load.acknowledged, in: try await RunningCollector.start(data: folder.path("ring")))
  }

  @Test func `a disk that fails twice in a row is answered 503, questions go on, and it is tried again by itself`()
    async throws
  {
    try await Strace.requirePermission()
    let folder = try TemporaryFolder()
    let collector = try await Self.start(folder, .failing("fdatasync", 5...6))
    var load = try await Load.send(to: collector.http, from: 0, count: 100, service: "loaded", senders: 1)
    #expect(!load.refused.isEmpty)
    try await Self.expectAll(load.acknowledged, in: collector)
    #expect(try await collector.get("services").status == 200)

    // After ten seconds; until then each question and its answer pass some of the time.
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(60)
    var first = 100
    repeat {
      load = try await Load.send(to: collector.http, from: first, count: 20, service: "loaded", senders: 1)
      first += 20
    } while load.acknowledged.count < 20 && clock.now < deadline
    #expect(load.acknowledged.count == 20)
    try await Self.expectAll(load.acknowledged, in: collector)
    try await collector.kill()
    try await Self.expectAll(load.acknowledged, in: try await RunningCollector.start(data: folder.path("ring")))
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
