import RingStore
import TraceModel

/// The scenario, cut off by a power loss at every operation of the disk, with everything that the disk may make of what
/// was not synced.
package struct CrashMatrix {
  package private(set) var stateCount = 0
  package private(set) var failures: [String] = []
  private var random = SplitMix64(state: 2026)

  package init() {}

  /// Operations of the disk in a run that nothing disturbs.
  package static func deathCount() -> Int {
    let files = SimulatedFileSystem()
    var scenario = Scenario(on: files)
    scenario.run()
    return files.operationCount
  }

  package mutating func run(deaths: some Sequence<Int>) {
    for death in deaths {
      let files = SimulatedFileSystem()
      files.die(atOperation: death)
      var scenario = Scenario(on: files)
      scenario.run()
      for policy in Self.policies(pendingCount: files.pendingCount) {
        stateCount += 1
        let crashed = files.crashed(keeping: policy, &random)
        if let wrong = judge(crashed, scenario.witness) {
          failures.append("death at operation \(death), keeping \(policy): \(wrong)")
        }
      }
    }
  }

  /// The same, and then a power loss at every operation of the recovery and of the first commit after it.
  package mutating func runRecoveries(deaths: some Sequence<Int>) {
    for death in deaths {
      let files = SimulatedFileSystem()
      files.die(atOperation: death)
      var scenario = Scenario(on: files)
      scenario.run()
      let crashed = files.crashed(keeping: .subset, &random)
      let rehearsal = crashed.copy()
      if let wrong = judge(rehearsal, scenario.witness) { failures.append("death at \(death): \(wrong)") }
      for second in 0..<rehearsal.operationCount {
        stateCount += 1
        let again = crashed.copy()
        again.die(atOperation: second)
        _ = judge(again, scenario.witness)
        let twice = again.crashed(keeping: .subset, &random)
        if let wrong = judge(twice, scenario.witness) {
          failures.append("death at operation \(death), then at \(second) of recovery: \(wrong)")
        }
      }
    }
  }

  private static func policies(pendingCount: Int) -> [SimulatedDisk.Policy] {
    guard pendingCount > 0 else { return [.nothing] }
    let last = pendingCount - 1
    var policies: [SimulatedDisk.Policy] = [.nothing, .everything, .withoutData, .subset, .subset]
    policies += (1...pendingCount).suffix(3).map { .prefix($0) }
    policies += (0..<pendingCount).suffix(3).map { .single($0) }
    policies += [.torn(last), .garbage(last), .garbage(last / 2)]
    return policies
  }

  /// A span more than the scenario's may be there: of a commit that a power loss cut short.
  private mutating func judge(_ files: SimulatedFileSystem, _ witness: Witness) -> String? {
    let clock = SimulatedClock()
    do throws(RingError) {
      var ring = try Scenario.open(files, slots: 8, now: { clock.now })
      let before = ring.catalog.snapshot
      var later = witness
      let extra = later.send(byteCount: 50)
      if let wrong = later.verdict(before, .everything, sampling: &random) { return wrong }
      // The process is killed at once, and finds the same (O7).
      ring = try Scenario.open(files.copy(), now: { clock.now })
      let after = ring.catalog.snapshot
      guard after.retention == before.retention, after.blocks(overlapping: .all) == before.blocks(overlapping: .all)
      else { return "a second recovery finds something else" }
      try ring.append([SpanBatch([extra])], receivedAt: clock.now)
      try ring.sync()
      guard try ring.catalog.snapshot.spans(of: NumberedSpan.traceID(of: later.sizes.count - 1)).batch.count > 0 else {
        return "a span that was appended after recovery is not found"
      }
      return files.byteCount <= Scenario.capacity(slots: 8) ? nil : "\(files.byteCount) bytes are too many"
    } catch {
      return "\(error)"
    }
  }
}
