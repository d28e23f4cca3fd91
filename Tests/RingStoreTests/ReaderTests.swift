import Synchronization
import Testing
import TraceModel

@testable import RingStore

@Suite struct ReaderTests {
  @Test func `another process sees what was synced while the collector goes on`() throws {
    let folder = TemporaryFolder()
    let ring = try RingTests.open(DiskFileSystem(), folder.path)
    for number in 0..<30 as Range<UInt64> {
      try RingTests.append(ring, number..<number + 1, byteCount: 30_000)
      try ring.sync()
      let other = try RingSnapshot.reading(folder.path, files: DiskFileSystem())
      #expect(other.retention == ring.catalog.snapshot.retention)
      #expect(try RingTests.spans(number, in: other).count == 1)
      #expect(other.damage.isEmpty)
    }
  }

  @Test func `readers in the middle of everything see whole spans or nothing`() async throws {
    let folder = TemporaryFolder()
    let last: UInt64 = 700  // more than a lap
    let path = folder.path
    let writer = Writer(try RingTests.open(DiskFileSystem(), path))
    let catalog = writer.ring.withLock { $0.catalog }
    try await withThrowingTaskGroup(of: Int.self) { group in
      group.addTask {
        defer { writer.isDone.store(true, ordering: .releasing) }
        for number in 0..<last {
          try writer.ring.withLock { try RingTests.append($0, number..<number + 1, byteCount: 50_000) }
        }
        return 0
      }
      for reader in 0..<2 {
        group.addTask {
          var random = SplitMix64(state: UInt64(reader))
          var count = 0
          repeat {
            let snapshot =
              reader == 0 ? catalog.snapshot : try RingSnapshot.reading(path, files: DiskFileSystem())
            #expect(!snapshot.damage.contains { $0.losesSpans })
            let newest = (snapshot.retention.newestArrival ?? noon()).since(noon()).nanoseconds / 1_000_000_000
            for _ in 0..<8 {
              let number = random.next() % (newest + 1)
              let found = try snapshot.spans(of: RingTests.trace(number))
              #expect(found.damage.isEmpty)
              #expect(found.batch.isEmpty || SpanMaker.isPlain(found.batch, number, byteCount: 50_000))
              count += found.batch.count
            }
            for block in snapshot.blocks(overlapping: .all).prefix(3) {
              if let batch = try snapshot.read(block) { #expect(batch.count == block.spanCount) }
            }
          } while !writer.isDone.load(ordering: .acquiring)
          return count
        }
      }
      for try await _ in group {}
    }
  }

  private final class Writer: Sendable {
    let ring: Mutex<Ring>
    let isDone = Atomic(false)

    init(_ ring: sending Ring) {
      self.ring = Mutex(ring)
    }
  }

  @Test func `what is overwritten while a snapshot is held is gone, and said to be`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<30, byteCount: 50_000)
    let old = ring.catalog.snapshot
    let blocks = old.blocks(overlapping: .all)
    #expect(blocks.count == 30)
    try RingTests.append(ring, 30..<1200, byteCount: 50_000)
    for block in blocks { #expect(try old.read(block) == nil) }
    let found = try old.spans(of: RingTests.trace(3))
    #expect(found.batch.isEmpty && found.isPartial && found.damage.isEmpty)
    let late = old.blocks(overlapping: .all)
    #expect(!late.isEmpty)
    for block in late { #expect(try old.read(block) == nil) }
    try ring.close()
    try RingTests.open(files, capacity: nil).close()
  }

  @Test func `a slot whose file has gone is overwritten to those who still read it`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<20, byteCount: 50_000)
    let snapshot = ring.catalog.snapshot
    let blocks = snapshot.blocks(overlapping: .all)
    try files.remove("/ring/slots/000000.slot")
    #expect(try snapshot.read(blocks[0]) == nil)
    #expect(try snapshot.spans(of: RingTests.trace(0)).isPartial)
    #expect(try snapshot.blocks(overlapping: .all).first.map { try snapshot.read($0) == nil } == true)
  }

  @Test func `a snapshot does not change`() throws {
    let ring = try RingTests.open(SimulatedFileSystem())
    try RingTests.append(ring, 0..<3)
    let before = ring.catalog.snapshot
    try RingTests.append(ring, 3..<200)
    #expect(before.retention.spans == 3 && before.blocks(overlapping: .all).count == 3)
    #expect(ring.catalog.snapshot.retention.spans == 200)
  }

  @Test func `a ring may be handed to the thread that commits`() throws {
    let files = SimulatedFileSystem()
    let ring = try Self.make(files)
    let held = Mutex(ring)
    try held.withLock { try RingTests.append($0, 0..<1) }
  }

  private static func make(_ files: SimulatedFileSystem) throws(RingError) -> sending Ring {
    var random = SystemRandomNumberGenerator()
    return try Ring.open("/ring", capacity: 32 << 20, files: files, now: { noon() }, entropy: { random.next() })
  }
}
