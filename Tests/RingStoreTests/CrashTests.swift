import RingSimulator
import Testing
import TraceModel

@testable import RingStore

@Suite struct CrashTests {
  static let byteCount = 50_000

  /// All slots used, so that every new segment overwrites an old one.
  static let lapped = Result { () throws -> SimulatedFileSystem in
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    var number: UInt64 = 0
    while !ring.catalog.snapshot.retention.hasOverwritten {
      try RingTests.append(ring, number..<number + 1, byteCount: byteCount)
      number += 1
    }
    try ring.close()
    return files
  }

  /// Two parts, so that no core is idle.
  @Test(arguments: 0..<2)
  func `a power loss at any operation of the scenario loses nothing durable and adds nothing`(part: Int) {
    var matrix = CrashMatrix()
    matrix.run(deaths: stride(from: part, to: CrashMatrix.deathCount(), by: 2))
    #expect(Scenario.operationCount == 40 && matrix.stateCount > 1000)
    #expect(matrix.failures.isEmpty, "\(matrix.failures.count) of \(matrix.stateCount) states")
  }

  @Test func `a power loss at any operation of a recovery changes nothing`() {
    var matrix = CrashMatrix()
    matrix.runRecoveries(deaths: stride(from: 5, to: CrashMatrix.deathCount(), by: 17))
    #expect(matrix.stateCount > 100)
    #expect(matrix.failures.isEmpty, "of \(matrix.stateCount) states")
  }

  @Test func `a slot file that was made before a kill outlives a power loss after it`() throws {
    let files = try Self.lapped.get().copy()
    let before = files.operationCount
    let rehearsal = files.copy()
    _ = try RingTests.open(rehearsal, capacity: 36 << 20)
    var random = SplitMix64(state: 5)
    for death in before..<rehearsal.operationCount {
      let killed = files.copy()
      killed.die(atOperation: death)
      do { _ = try RingTests.open(killed, capacity: 36 << 20) } catch {}
      let restarted = killed.copy()
      let ring = try RingTests.open(restarted, capacity: 36 << 20)
      try RingTests.append(ring, 30_000..<30_080, byteCount: 50_000)
      try ring.sync()
      let crashed = restarted.crashed(keeping: .nothing, &random)
      let snapshot = try RingSnapshot.reading("/ring", files: crashed)
      #expect(snapshot.slotCount == (36 << 20 - 64 << 10) >> 19, "death at \(death)")
      for number in stride(from: 30_000, to: 30_080, by: 9) as StrideTo<UInt64> {
        #expect(try RingTests.spans(number, in: snapshot).count == 1, "death at \(death)")
      }
    }
  }

  /// The seeds that once failed, for ever, and as many others as there is time for.
  @Test(arguments: [2, 1063, 2683, 2782, 3429, 3472, 3672, 3756, 3994, 4081] + Array(20_000..<20_030) as [UInt64])
  func `a random life of a ring loses nothing durable and adds nothing`(seed: UInt64) {
    var simulation = Simulation(seed: seed)
    simulation.run()
    #expect(simulation.failure == nil, "replay with: RingSimulation --seed \(seed) --verbose")
  }

  @Test func `what a ring let go of does not come back when it grows`() throws {
    let files = try Self.lapped.get().copy()
    var ring = try RingTests.open(files)
    let before = ring.catalog.snapshot.retention
    try ring.close()
    ring = try RingTests.open(files, capacity: 40 << 20)
    #expect(ring.catalog.snapshot.retention.oldestArrival == before.oldestArrival)
    #expect(ring.catalog.snapshot.retention.spans == before.spans)
  }

  @Test func `a power loss while a ring is made leaves a folder that can be opened`() throws {
    let rehearsal = SimulatedFileSystem()
    _ = try RingTests.open(rehearsal)
    var random = SplitMix64(state: 9)
    for death in stride(from: 0, to: rehearsal.operationCount, by: 7) {
      for policy in [SimulatedDisk.Policy.nothing, .subset] {
        let files = SimulatedFileSystem()
        files.die(atOperation: death)
        do { _ = try RingTests.open(files) } catch {}
        let crashed = files.crashed(keeping: policy, &random)
        let ring = try RingTests.open(crashed)
        try RingTests.append(ring, 0..<3)
        try ring.close()
        #expect(try crashed.list("/ring/slots").count == 63)
        #expect(try RingSnapshot.reading("/ring", files: crashed).retention.spans == 3, "death at \(death)")
      }
    }
  }

  @Test(arguments: [36 << 20, 32 << 20] as [UInt64])
  func `growing and shrinking survive a power loss at any operation`(capacity: UInt64) throws {
    let base = try Self.lapped.get().copy()
    if capacity == 32 << 20 { try RingTests.open(base, capacity: 36 << 20).close() }
    let before = try RingSnapshot.reading("/ring", files: base).retention
    let rehearsal = base.copy()
    try RingTests.open(rehearsal, capacity: capacity).close()
    var random = SplitMix64(state: 12)
    for death in 0..<rehearsal.operationCount {
      let files = base.copy()
      files.die(atOperation: death)
      do { _ = try RingTests.open(files, capacity: capacity) } catch {}
      let crashed = files.crashed(keeping: .subset, &random)
      let ring = try RingTests.open(crashed, capacity: capacity)
      let retention = ring.catalog.snapshot.retention
      #expect(retention.newestArrival == before.newestArrival, "death at \(death)")
      #expect(retention.spans + 20 > before.spans, "death at \(death)")
      #expect(
        try crashed.list("/ring/slots").count == Int((capacity - Limits.fixedByteCount) >> 19), "death at \(death)")
    }
  }
}
