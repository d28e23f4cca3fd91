import Testing
import TraceModel

@testable import RingStore

/// A ring that has been round once, then a power loss at every single operation of what follows: appends, commits, a
/// clean stop, a restart, sealing, reuse of the oldest slot.
@Suite struct CrashTests {
  static let first: UInt64 = 10_000
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

  /// What a run was told before it died.
  struct Witness {
    var appended: Set<UInt64> = []
    var durable: Set<UInt64> = []

    mutating func run(on files: SimulatedFileSystem) {
      do {
        for commits in [6, 4] {
          let ring = try RingTests.open(files)
          for _ in 0..<commits { try commit(to: ring) }
          try append(to: ring)
          try ring.close()
          durable = appended
        }
      } catch {}
    }

    private mutating func append(to ring: Ring) throws {
      let number = CrashTests.first + UInt64(appended.count)
      appended.insert(number)
      try RingTests.append(ring, number..<number + 1, byteCount: CrashTests.byteCount)
    }

    private mutating func commit(to ring: Ring) throws {
      try append(to: ring)
      try append(to: ring)
      try ring.sync()
      durable = appended
    }

    /// Nothing durable is missing, nothing is there that was not sent.
    func check(_ snapshot: RingSnapshot, _ comment: Comment) throws {
      for number in appended {
        let found = try snapshot.spans(of: RingTests.trace(number))
        let isWhole = SpanMaker.isPlain(found.batch, number, byteCount: CrashTests.byteCount)
        #expect(isWhole || (found.batch.isEmpty && !durable.contains(number)), comment)
        #expect(!found.isPartial && found.damage.isEmpty, comment)
      }
      let new = TimeWindow(from: Timestamp(unixNanoseconds: CrashTests.first))
      let blocks = snapshot.blocks(overlapping: new)
      let numbers = try blocks.flatMap { try snapshot.read($0)?.traceIDs.map(\.low) ?? [] }
      #expect(numbers == numbers.sorted() && appended.isSuperset(of: numbers), comment)
      #expect(!snapshot.damage.contains { $0.losesSpans }, comment)
    }
  }

  static func operationCount(of files: SimulatedFileSystem) -> Int {
    let rehearsal = files.copy()
    var witness = Witness()
    witness.run(on: rehearsal)
    return rehearsal.operationCount
  }

  @Test(arguments: [SimulatedDisk.Policy.nothing, .everything, .prefix, .subset])
  func `a power loss at any operation loses nothing durable and adds nothing`(policy: SimulatedDisk.Policy) throws {
    let base = try Self.lapped.get()
    let count = Self.operationCount(of: base)
    #expect(count >= 40)
    var random = SplitMix64(state: 2026)
    for death in 0..<count {
      let comment: Comment = "death at operation \(death), keeping \(policy), seed 2026"
      let files = base.copy()
      files.die(atOperation: death)
      var witness = Witness()
      witness.run(on: files)
      let crashed = files.crashed(keeping: policy, &random)

      try witness.check(try RingSnapshot.reading("/ring", files: crashed), comment)
      var ring = try RingTests.open(crashed)
      try witness.check(ring.catalog.snapshot, comment)
      let (retention, blocks) = (ring.catalog.snapshot.retention, ring.catalog.snapshot.blocks(overlapping: .all))
      try ring.close()
      ring = try RingTests.open(crashed)
      #expect(ring.catalog.snapshot.retention == retention, comment)
      #expect(ring.catalog.snapshot.blocks(overlapping: .all) == blocks, comment)
      try RingTests.append(ring, 99_999..<100_000)
      try ring.close()
      let after = try RingSnapshot.reading("/ring", files: crashed)
      #expect(try RingTests.spans(99_999, in: after).count == 1, comment)
    }
  }

  @Test func `a power loss soon after a kill -9 and a restart loses nothing durable and invents no damage`() throws {
    let base = try Self.lapped.get()
    var random = SplitMix64(state: 31)
    for death in stride(from: 3, to: Self.operationCount(of: base), by: 2) {
      let comment: Comment = "death at operation \(death), seed 31"
      let files = base.copy()
      files.die(atOperation: death)
      var witness = Witness()
      witness.run(on: files)
      let restarted = files.copy()  // what was written but not synced is still there
      let ring = try RingTests.open(restarted)
      try witness.check(ring.catalog.snapshot, comment)
      try RingTests.append(ring, 5000..<5002)
      for _ in 0..<2 {
        let crashed = restarted.crashed(keeping: .subset, &random)
        try witness.check(try RingSnapshot.reading("/ring", files: crashed), comment)
      }
    }
  }

  @Test func `a power loss during recovery changes nothing`() throws {
    let base = try Self.lapped.get()
    var random = SplitMix64(state: 7)
    for death in stride(from: 3, to: Self.operationCount(of: base), by: 9) {
      let files = base.copy()
      files.die(atOperation: death)
      var witness = Witness()
      witness.run(on: files)
      let crashed = files.crashed(keeping: .subset, &random)
      for second in 0..<6 {
        let comment: Comment = "death at operation \(death), then at \(second) of recovery, seed 7"
        let again = crashed.copy()
        again.die(atOperation: second)
        do {
          let ring = try RingTests.open(again)
          try RingTests.append(ring, 99_999..<100_000)
        } catch {}
        let twice = again.crashed(keeping: .subset, &random)
        let ring = try RingTests.open(twice)
        for number in witness.durable {
          #expect(try RingTests.spans(number, in: ring.catalog.snapshot).count == 1, comment)
        }
        #expect(!ring.catalog.snapshot.damage.contains { $0.losesSpans }, comment)
      }
    }
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
