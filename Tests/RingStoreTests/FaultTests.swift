import Glibc
import Synchronization
import Testing
import TraceModel

@testable import RingStore

@Suite struct FaultTests {
  /// A time that tests move.
  final class Clock: Sendable {
    private let seconds = Atomic<UInt64>(1_700_000_000)
    var now: Timestamp { Timestamp(unixSeconds: seconds.load(ordering: .relaxed)) }
    func advance(seconds count: UInt64) { seconds.add(count, ordering: .relaxed) }
    func goBack(seconds count: UInt64) { seconds.subtract(count, ordering: .relaxed) }
  }

  static func open(_ files: any FileSystem, _ clock: Clock, _ directory: String = "/ring") throws -> Ring {
    var random = SplitMix64(state: 1)
    return try Ring.open(directory, capacity: 32 << 20, files: files, now: { clock.now }) { random.next() }
  }

  static func check(_ numbers: Range<UInt64>, in snapshot: RingSnapshot, _ comment: Comment? = nil) throws {
    for number in numbers { #expect(try RingTests.spans(number, in: snapshot).count == 1, comment) }
    #expect(snapshot.retention.spans == UInt64(numbers.count) && snapshot.damage.isEmpty, comment)
  }

  @Test func `after a failed sync the same blocks are durable in another slot`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<3)
    try ring.sync()
    try RingTests.append(ring, 3..<5)
    let numbers = ring.catalog.snapshot.state.head?.blocks?.all.map(\.sequence)
    files.fail(operation: files.operationCount, with: EIO)
    try ring.sync()
    let state = ring.catalog.snapshot.state
    let damaged = try #require(state.closed.last)
    #expect(damaged.isLeft && state.head?.slot != damaged.slot)
    #expect(state.segments.flatMap { $0.blocks?.all.map(\.sequence) ?? [] } == numbers)
    try Self.check(0..<5, in: ring.catalog.snapshot)
    var random = SplitMix64(state: 3)
    for policy in [SimulatedDisk.Policy.nothing, .everything] {
      let crashed = files.crashed(keeping: policy, &random)
      try Self.check(0..<5, in: RingSnapshot.reading("/ring", files: crashed))
      let again = try RingTests.open(crashed)
      try Self.check(0..<5, in: again.catalog.snapshot)
      try RingTests.append(again, 5..<6)
      try again.sync()
      try Self.check(0..<6, in: again.catalog.snapshot)
    }
  }

  @Test func `of a block that lies in two slots the later copy counts`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<3)
    try ring.sync()
    // The disk keeps everything of what it says it failed to.
    try RingTests.append(ring, 3..<5)
    let first = try #require(ring.catalog.snapshot.state.head).slot
    let kept = files.bytes("/ring/slots/00000\(first).slot", at: 0, count: 512 << 10)
    files.fail(operation: files.operationCount, with: EIO)
    try ring.sync()
    files.overwrite("/ring/slots/00000\(first).slot", at: 0, with: kept)
    for _ in 0..<2 {
      let restarted = files.copy()
      try Self.check(0..<5, in: RingSnapshot.reading("/ring", files: restarted))
      try Self.check(0..<5, in: RingTests.open(restarted).catalog.snapshot)
    }
  }

  /// Each operation of a run fails once, the others do not: what was acknowledged is there all the same.
  @Test func `a single failure of any operation costs no span, and nobody is refused`() throws {
    let base = try CrashTests.lapped.get()
    let rehearsal = base.copy()
    _ = Self.run(on: rehearsal)
    var random = SplitMix64(state: 21)
    for number in 0..<rehearsal.operationCount {
      let files = base.copy()
      files.inject(
        [.failure(EIO), .failure(ENOSPC), .partial(EIO)][number % 3] as SimulatedDisk.Fault, atOperation: number)
      let acknowledged = Self.run(on: files)
      #expect(acknowledged.count == 20, "failing operation \(number)")
      for policy in [SimulatedDisk.Policy.nothing, .subset] {
        let snapshot = try RingSnapshot.reading("/ring", files: files.crashed(keeping: policy, &random))
        for span in acknowledged {
          let found = try snapshot.spans(of: RingTests.trace(span)).batch
          #expect(found.count == 1, "span \(span), failing operation \(number), seed 21")
        }
        #expect(!snapshot.damage.contains { $0.losesSpans }, "failing operation \(number), seed 21")
      }
    }
  }

  private static func run(on files: SimulatedFileSystem) -> [UInt64] {
    var acknowledged: [UInt64] = []
    var ring: Ring?
    for _ in 0..<2 where ring == nil {
      do { ring = try RingTests.open(files) } catch {}
    }
    guard let ring else { return [] }
    for number in 20_000..<20_020 as Range<UInt64> {
      do {
        try RingTests.append(ring, number..<number + 1, byteCount: 50_000)
        try ring.sync()
        acknowledged.append(number)
      } catch {}
    }
    return acknowledged
  }

  @Test func `two failures make the ring read-only for ten seconds, then it goes on with what it had`() throws {
    let (files, clock) = (SimulatedFileSystem(), Clock())
    let ring = try Self.open(files, clock)
    try RingTests.append(ring, 0..<2)
    try ring.sync()
    for _ in 0..<2 {
      for operation in 0..<8 { files.fail(operation: files.operationCount + operation, with: EIO) }
      let error = OpeningTests.refusal { try RingTests.append(ring, 2..<3) }
      guard case .readOnly(let cause)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(cause.code == EIO)
      files.heal()
      #expect(throws: RingError.readOnly(cause)) { try RingTests.append(ring, 3..<4) }
      #expect(throws: RingError.readOnly(cause)) { try ring.sync() }
      #expect(try RingTests.spans(1, in: ring.catalog.snapshot).count == 1)
      clock.advance(seconds: 10)
      try RingTests.append(ring, 2..<3)
      try ring.sync()
      #expect(try RingTests.spans(1, in: ring.catalog.snapshot).count == 1)
      #expect(try !RingTests.spans(2, in: ring.catalog.snapshot).isEmpty)
      #expect(try RingTests.spans(3, in: ring.catalog.snapshot).isEmpty)
    }
    clock.advance(seconds: 61)
    files.fail(operation: files.operationCount, with: EIO)
    try RingTests.append(ring, 4..<5)
    try ring.sync()
  }

  @Test func `a clock that is set back does not keep the ring read-only`() throws {
    let (files, clock) = (SimulatedFileSystem(), Clock())
    let ring = try Self.open(files, clock)
    for operation in 0..<8 { files.fail(operation: files.operationCount + operation, with: EIO) }
    #expect(throws: RingError.self) { try RingTests.append(ring, 2..<3) }
    files.heal()
    clock.goBack(seconds: 1_000_000)
    try RingTests.append(ring, 4..<5)
    try ring.sync()
  }

  @Test func `a disk that fails for an hour costs no old spans`() throws {
    let (files, clock) = (try CrashTests.lapped.get().copy(), Clock())
    let ring = try Self.open(files, clock)
    let before = ring.catalog.snapshot.retention.spans
    for operation in 0..<10_000 { files.fail(operation: operation, with: EIO) }
    for _ in 0..<360 {
      #expect(throws: RingError.self) {
        try RingTests.append(ring, 20_000..<20_001)
        try ring.sync()
      }
      clock.advance(seconds: 10)
    }
    files.heal()
    try RingTests.append(ring, 20_001..<20_002)
    try ring.sync()
    #expect(ring.catalog.snapshot.retention.spans + 40 > before)
    #expect(try RingTests.spans(20_001, in: ring.catalog.snapshot).count == 1)
  }

  @Test func `a folder that is deleted under the ring is noticed before anything is acknowledged`() throws {
    let (folder, clock) = (TemporaryFolder(), Clock())
    let ring = try Self.open(DiskFileSystem(), clock, folder.path)
    try RingTests.append(ring, 0..<2)
    try ring.sync()
    folder.remove()
    try RingTests.append(ring, 2..<3)
    for _ in 0..<2 {
      let error = OpeningTests.refusal { try ring.sync() }
      #expect(error?.description.contains("was deleted under the collector") == true)
      clock.advance(seconds: 10)
    }
  }

  @Test func `a slot that is deleted under the ring costs what it held and no more`() throws {
    let (files, clock) = (SimulatedFileSystem(), Clock())
    let ring = try Self.open(files, clock)
    try RingTests.append(ring, 0..<2)
    try ring.sync()
    try files.remove("/ring/slots/000000.slot")
    try RingTests.append(ring, 2..<4)
    try ring.sync()
    var random = SplitMix64(state: 1)
    let snapshot = try RingSnapshot.reading("/ring", files: files.crashed(keeping: .nothing, &random))
    for number in 2..<4 as Range<UInt64> { #expect(try RingTests.spans(number, in: snapshot).count == 1) }
    clock.advance(seconds: 60)
    try RingTests.append(ring, 10..<700, byteCount: 50_000)
    try ring.sync()
  }

  @Test func `a footer waits until the ring writes again`() throws {
    let (files, clock) = (SimulatedFileSystem(), Clock())
    var jobs: [SealJob] = []
    let ring = try Ring.open(
      "/ring", capacity: 32 << 20, files: files, now: { clock.now }, seal: { jobs.append($0) })
    try RingTests.append(ring, 0..<10, byteCount: 50_000)
    try ring.sync()
    #expect(jobs.count == 1)
    for operation in 0..<8 { files.fail(operation: files.operationCount + operation, with: EIO) }
    #expect(throws: RingError.self) {
      try RingTests.append(ring, 10..<11)
      try ring.sync()
    }
    files.heal()
    ring.finish(jobs[0].run())
    #expect(jobs.count == 1, "handed out again while nothing can be written")
    clock.advance(seconds: 10)
    try RingTests.append(ring, 11..<12)
    try ring.sync()
    #expect(jobs.count == 2)
    ring.finish(try #require(jobs.last).run())
    #expect(ring.catalog.snapshot.state.closed.contains { $0.number == 1 && $0.blocks == nil })
    try ring.close()
    let count = jobs.count
    ring.finish(jobs[1].run())
    #expect(jobs.count == count, "handed out by a ring that is closed")
  }

  @Test func `a footer that cannot be written costs nothing`() throws {
    let (files, clock) = (SimulatedFileSystem(), Clock())
    var sealed: [SealedSegment] = []
    let ring = try Ring.open(
      "/ring", capacity: 32 << 20, files: files, now: { clock.now }, seal: { sealed.append($0.run()) })
    try RingTests.append(ring, 0..<20, byteCount: 50_000)
    try ring.sync()
    #expect(sealed.map(\.number) == [1])
    files.fail(operation: files.operationCount + 1, with: EIO)
    ring.finish(sealed[0])
    #expect(sealed.map(\.number) == [1, 2])
    ring.finish(sealed[1])
    let state = ring.catalog.snapshot.state
    #expect(state.closed.map { $0.blocks == nil } == [false, true])
    try Self.check(0..<20, in: ring.catalog.snapshot)
    try ring.close()
    try Self.check(0..<20, in: RingTests.open(files).catalog.snapshot)
  }
}
