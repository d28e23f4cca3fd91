import Foundation
import Testing

/// The real program, killed by the kernel at a system call of our choice while it stores what four senders send.
///
/// `SPOOR_KILLS` asks for more than 20 kills; those past the table below are drawn with `SPOOR_SEED`.
/// `SPOOR_READY_SECONDS` says how long a restart may take; here it is generous, since test machines are busy.
@Suite(.timeLimit(.minutes(60)), .serialized) struct KillTests {
  /// In the opening thread the first ones, in the committer's the others: before, in and after a commit, in the middle of
  /// a seal, and between a sync and its acknowledgement.
  private static let table: [Strace] =
    [1, 2, 3, 4, 6, 9, 14, 23, 37, 60].map { .killing(at: "pwrite64", $0) }
    + [1, 2, 3, 8, 17, 40].map { .killing(at: "fdatasync", $0) }
    + [.killing(at: "flock", 1), .killing(at: "pread64", 20), .killing(at: "write", 15)]
    + [.killing(at: "epoll_wait", 100)]

  private static let killCount = setting("SPOOR_KILLS") ?? table.count
  private static let seed = setting("SPOOR_SEED") ?? 1
  private static let readySeconds = Double(setting("SPOOR_READY_SECONDS") ?? 10)
  /// More than any kill above needs.
  private static let requestsMax = 600

  private static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

  private static var kills: [Strace] {
    var state = UInt64(seed)
    func below(_ bound: Int) -> Int {
      state = NumberedRequest.mixed(state)
      return Int(state % UInt64(bound))
    }
    let more = (0..<max(0, killCount - table.count)).map { _ in
      switch below(4) {
      case 0: Strace.killing(at: "fdatasync", 1 + below(60))
      case 1: Strace.killing(at: ["write", "pread64"][below(2)], 1 + below(30))
      default: Strace.killing(at: "pwrite64", 1 + below(120))
      }
    }
    return Array((table + more).prefix(killCount))
  }

  @Test func `no kill at a system call under load costs an acknowledged span, and nothing is found that was not sent`()
    async throws
  {
    try await Strace.requirePermission()
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    // The ring has gone round before the first kill.
    let first = try await RunningCollector.start(data: data, capacity: "32MiB")
    var sent = try await Load.send(
      to: first.http, from: 0, count: 180, service: "filler", textByteCount: 20_000
    ).sentCount
    #expect(try await first.status()["has_overwritten"] == .bool(true))
    try await first.kill()

    var slowest = Duration.zero
    var acknowledged: [(number: Int, service: String)] = []
    for (round, kill) in Self.kills.enumerated() {
      let service = "round-\(round)"
      let name = "kill \(round) (seed \(Self.seed)): \(kill)"
      let load = try await Self.run(until: kill, data, folder.path("strace"), from: sent, service: service, name)
      let clock = ContinuousClock()
      let began = clock.now
      let again = try await RunningCollector.start(data: data)
      slowest = max(slowest, clock.now - began)

      let requests = load.acknowledged.map { NumberedRequest($0, service: service) }
      for (request, count) in zip(requests, try await again.found(requests)) {
        #expect(count == NumberedRequest.spanCount, "\(name): request \(request.number) was acknowledged")
      }
      let held = try await again.spanCount(ofService: service)
      #expect(held >= requests.count * NumberedRequest.spanCount, "\(name)")
      #expect(held <= load.sentCount * NumberedRequest.spanCount, "\(name)")
      sent += load.sentCount
      acknowledged += load.acknowledged.map { ($0, service) }
      try await again.kill()
    }
    print("\(Self.kills.count) kills, \(acknowledged.count) requests acknowledged, slowest restart to ready \(slowest)")
    #expect(slowest <= .seconds(Self.readySeconds))
    try await Self.expectNewest(acknowledged, in: try await RunningCollector.start(data: data))
  }

  /// Starts the program under `strace` and loads it until the kill.
  private static func run(
    until kill: Strace, _ data: String, _ log: String, from first: Int, service: String, _ name: String
  ) async throws -> Load {
    let collector: RunningCollector
    do {
      collector = try await RunningCollector.start(data: data) { program, arguments in
        (Strace.path, kill.arguments(for: program, arguments, log: log))
      }
    } catch let end as BackgroundProgram.DiedEarly where end.exitCode == 128 + SIGKILL {
      return Load()
    }
    let load = try await Load.send(to: collector.http, from: first, count: requestsMax, service: service)
    #expect(load.sentCount < requestsMax, "\(name): never came to it")
    #expect(load.refused.isEmpty, "\(name)")
    collector.program.send(signal: SIGKILL)
    #expect(try await collector.program.exitCode() == 128 + SIGKILL, "\(name)")
    return load
  }

  /// Everything that was ever acknowledged is there, but for the oldest, which the ring has overwritten. What came at the
  /// same time may have been stored in another order than it was answered in.
  private static func expectNewest(
    _ acknowledged: [(number: Int, service: String)], in collector: RunningCollector
  ) async throws {
    let requests = acknowledged.map { NumberedRequest($0.number, service: $0.service) }
    let counts = try await collector.found(requests)
    let firstWhole = try #require(counts.firstIndex(of: NumberedRequest.spanCount))
    for (request, count) in zip(requests, counts).dropFirst(firstWhole + 8) {
      #expect(count == NumberedRequest.spanCount, "request \(request.number), acknowledged long after others that are")
    }
  }

  @Test func `twenty restarts after kill -9 cost no retention: the oldest span is as old as before`() async throws {
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    var collector = try await RunningCollector.start(data: data, capacity: "32MiB")
    var sent = 0
    func send(_ count: Int, textByteCount: Int) async throws {
      let load = try await Load.send(
        to: collector.http, from: sent, count: count, service: "s", textByteCount: textByteCount, senders: 1)
      #expect(load.acknowledged.count == count)
      sent += count
    }
    while try await collector.status()["has_overwritten"] != .bool(true) { try await send(20, textByteCount: 20_000) }
    // Up to the moment at which the ring has just let go of its oldest slot for a new one.
    let before = try await collector.status()["oldest_arrival"]
    while try await collector.status()["oldest_arrival"] == before { try await send(1, textByteCount: 2_000) }

    let oldest = try #require(try await collector.status()["oldest_arrival"].string)
    for _ in 0..<20 {
      try await send(1, textByteCount: 100)
      try await collector.kill()
      collector = try await RunningCollector.start(data: data)
    }
    let after = try #require(try await collector.status()["oldest_arrival"].string)
    #expect(after <= oldest, "times in RFC 3339, which sort as text")
    let newest = (sent - 20..<sent).map { NumberedRequest($0, service: "s", textByteCount: 100) }
    #expect(try await collector.found(newest) == Array(repeating: NumberedRequest.spanCount, count: 20))
  }

  @Test(arguments: [
    Strace.killing(at: "mkdir", 1), .killing(at: "pwrite64", 2), .killing(at: "fdatasync", 1),
    .killing(at: "rename", 1), .killing(at: "fsync", 1), .killing(at: "mkdir", 2), .killing(at: "fallocate", 1),
    .killing(at: "fallocate", 40), .killing(at: "fsync", 2), .killing(at: "fsync", 3),
  ])
  func `a ring whose making was cut short by a kill is made whole by the next start`(kill: Strace) async throws {
    try await Strace.requirePermission()
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    let load = try await Self.run(until: kill, data, folder.path("strace"), from: 0, service: "s", "\(kill)")
    #expect(load.sentCount == 0)
    let collector = try await RunningCollector.start(data: data, capacity: "32MiB")
    #expect(TemporaryFolder.byteCount(under: data) <= 32 << 20)
    #expect(try await collector.http.post(NumberedRequest(1, service: "s").body).status == 200)
    #expect(try await collector.found([NumberedRequest(1, service: "s")]) == [NumberedRequest.spanCount])
  }
}

extension RunningCollector {
  fileprivate func spanCount(ofService name: String) async throws -> Int {
    let services = try JSONValue(parsing: Data(try await get("services").body))["services"].elements
    return services.first { $0["name"].string == name }?["spans"].int ?? 0
  }
}
