import Glibc
import Testing
import TraceModel

@testable import RingStore

@Suite struct FaultTests {
  @Test func `after a failed sync nothing is acknowledged and the next append goes to another slot`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<3)
    try ring.sync()
    try RingTests.append(ring, 3..<4)
    files.fail(operation: files.operationCount, with: EIO)
    #expect(throws: RingError.self) { try ring.sync() }
    let damaged = try #require(ring.catalog.snapshot.state.closed.last)
    #expect(ring.catalog.snapshot.state.head == nil)
    try RingTests.append(ring, 4..<6)
    try ring.sync()
    #expect(ring.catalog.snapshot.state.head?.slot != damaged.slot)
    var random = SplitMix64(state: 3)
    for policy in [SimulatedDisk.Policy.nothing, .everything] {
      let crashed = files.crashed(keeping: policy, &random)
      let again = try RingTests.open(crashed)
      for number in [0, 1, 2, 4, 5] as [UInt64] {
        #expect(try RingTests.spans(number, in: again.catalog.snapshot).count == 1)
      }
      #expect(try RingTests.spans(3, in: again.catalog.snapshot).isEmpty)
      #expect(again.catalog.snapshot.damage.isEmpty)
    }
  }

  /// Each operation of a run fails once, the others do not: what was acknowledged is there all the same.
  @Test func `a single failure of any operation loses nothing that was acknowledged`() throws {
    let base = try CrashTests.lapped.get()
    let rehearsal = base.copy()
    _ = Self.run(on: rehearsal, retrying: false)
    var random = SplitMix64(state: 21)
    for number in 0..<rehearsal.operationCount {
      let files = base.copy()
      files.fail(operation: number, with: number % 2 == 0 ? EIO : ENOSPC)
      let acknowledged = Self.run(on: files, retrying: true)
      #expect(acknowledged.count == 20, "failing operation \(number)")
      for policy in [SimulatedDisk.Policy.nothing, .subset] {
        let snapshot = try RingSnapshot.reading("/ring", files: files.crashed(keeping: policy, &random))
        for span in acknowledged {
          let found = try snapshot.spans(of: RingTests.trace(span)).batch
          #expect(!found.isEmpty, "span \(span), failing operation \(number), seed 21")
        }
        #expect(!snapshot.damage.contains { $0.losesSpans }, "failing operation \(number), seed 21")
      }
    }
  }

  private static func run(on files: SimulatedFileSystem, retrying: Bool) -> [UInt64] {
    var acknowledged: [UInt64] = []
    var ring: Ring?
    for _ in 0...(retrying ? 1 : 0) where ring == nil {
      do { ring = try RingTests.open(files) } catch {}
    }
    for number in 20_000..<20_020 as Range<UInt64> {
      for _ in 0...(retrying ? 1 : 0) where acknowledged.last != number {
        do {
          guard let ring else { return [] }
          try RingTests.append(ring, number..<number + 1, byteCount: 50_000)
          try ring.sync()
          acknowledged.append(number)
        } catch {}
      }
    }
    return acknowledged
  }

  @Test func `two failures in a row make the ring read-only until it is opened again`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<2)
    try ring.sync()
    for _ in 0..<2 {
      files.fail(operation: files.operationCount, with: EIO)
      #expect(throws: RingError.io(FileError(EIO, during: .write, "/ring/slots/00000\(try Self.slot(ring)).slot"))) {
        try RingTests.append(ring, 2..<3)
      }
    }
    #expect(throws: RingError.readOnly) { try RingTests.append(ring, 2..<3) }
    #expect(throws: RingError.readOnly) { try ring.sync() }
    #expect(try RingTests.spans(1, in: ring.catalog.snapshot).count == 1)
    try ring.close()
    let again = try RingTests.open(files)
    try RingTests.append(again, 2..<3)
    try again.sync()
    #expect(again.catalog.snapshot.retention.spans == 3)
  }

  private static func slot(_ ring: Ring) throws -> Int {
    let snapshot = ring.catalog.snapshot
    return snapshot.state.head.map { Int($0.slot) } ?? 1
  }
}
