import Testing
import TraceModel

@testable import RingStore

@Suite struct TraceIDMatchTests {
  private static func range(_ from: UInt64, _ to: UInt64) -> ClosedRange<TraceID> {
    TraceID(high: 0xfeed, low: from)...TraceID(high: 0xfeed, low: to)
  }

  @Test func `traces are found by a range of their IDs, the newest first, in sealed segments and in the head`() throws {
    let ring = try RingTests.open(SimulatedFileSystem())
    try RingTests.append(ring, 0..<300, byteCount: 50_000)
    let snapshot = ring.catalog.snapshot
    #expect(snapshot.state.closed.count > 1)
    let all = try snapshot.traceIDs(in: Self.range(0, .max), limit: 1000, isAbandoned: { false })
    #expect(all.ids == (0..<300).reversed().map { RingTests.trace($0) })
    #expect(!all.isCut && !all.isPartial && all.reachedArrival == .second(0))
    let some = try snapshot.traceIDs(in: Self.range(17, 19), limit: 3, isAbandoned: { false })
    #expect(some.ids == [19, 18, 17].map { RingTests.trace($0) })
    let none = try snapshot.traceIDs(in: Self.range(300, .max), limit: 5, isAbandoned: { false })
    #expect(none.ids.isEmpty && !none.isCut)
  }

  @Test func `a walk that has enough, or is given up, says how far back it came`() throws {
    let ring = try RingTests.open(SimulatedFileSystem())
    try RingTests.append(ring, 0..<20)
    let snapshot = ring.catalog.snapshot
    let two = try snapshot.traceIDs(in: Self.range(0, .max), limit: 2, isAbandoned: { false })
    #expect(two.ids.count == 2 && two.isCut && two.reachedArrival == .second(18))
    var asked = 0
    let given = try snapshot.traceIDs(in: Self.range(0, 3), limit: 2) {
      asked += 1
      return asked > 5
    }
    #expect(given.ids.isEmpty && given.isCut && given.reachedArrival == .second(15))
  }

  @Test func `a trace of many blocks is found once`() throws {
    let ring = try RingTests.open(SimulatedFileSystem())
    for _ in 0..<5 { try RingTests.append(ring, 3..<4) }
    let found = try ring.catalog.snapshot.traceIDs(in: Self.range(0, 9), limit: 10, isAbandoned: { false })
    #expect(found.ids == [RingTests.trace(3)])
  }
}
