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

  private static func policies(pendingCount: Int) -> [SimulatedDisk.Policy] {
    guard pendingCount > 0 else { return [.nothing] }
    let last = pendingCount - 1
    var policies: [SimulatedDisk.Policy] = [.nothing, .everything, .withoutData, .subset, .subset]
    policies += (1...pendingCount).suffix(3).map { .prefix($0) }
    policies += (0..<pendingCount).suffix(3).map { .single($0) }
    policies += [.torn(last), .garbage(last), .garbage(last / 2)]
    return policies
  }

  private mutating func judge(_ files: SimulatedFileSystem, _ witness: Witness) -> String? {
    let clock = SimulatedClock()
    do throws(RingError) {
      var ring = try Scenario.open(files, slots: 8, now: { clock.now })
      let before = ring.catalog.snapshot
      if let wrong = witness.verdict(before, .everything, sampling: &random) { return wrong }
      // The process is killed at once, and finds the same (O7).
      ring = try Scenario.open(files.copy(), now: { clock.now })
      let after = ring.catalog.snapshot
      guard after.retention == before.retention, after.blocks(overlapping: .all) == before.blocks(overlapping: .all)
      else { return "a second recovery finds something else" }
      var later = witness
      try ring.append([SpanBatch([later.send(byteCount: 50)])], receivedAt: clock.now)
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
