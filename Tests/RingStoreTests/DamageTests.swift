import Testing
import TraceModel

@testable import RingStore

@Suite struct DamageTests {
  static let count: UInt64 = 40

  /// Four sealed slots of nine blocks with a span each, and a head; all durable.
  static func ring(isStopped: Bool = true) throws -> SimulatedFileSystem {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    for number in 0..<count {
      try RingTests.append(ring, number..<number + 1, byteCount: 50_000)
      try ring.sync()
    }
    if isStopped { try ring.close() }
    return isStopped ? files : files.copy()
  }

  static func block(of number: UInt64, in files: SimulatedFileSystem) throws -> (path: String, offset: UInt64) {
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let block = try #require(snapshot.blocks(overlapping: .all).first { $0.earliestEnd.unixNanoseconds == number })
    guard case .block(let slot, _, let offset) = block.location else { throw RingError.closed }
    return (snapshot.folder.slotPath(slot), offset)
  }

  /// Everything but the lost spans is found, by trace and by block, read as others do and after opening.
  static func expectAll(but lost: Set<UInt64>, in files: SimulatedFileSystem) throws {
    for snapshot in [
      try RingSnapshot.reading("/ring", files: files), try RingTests.open(files).catalog.snapshot,
    ] {
      for number in 0..<count {
        let found = try snapshot.spans(of: RingTests.trace(number))
        #expect(found.batch.count == (lost.contains(number) ? 0 : 1), "span \(number)")
      }
      var read: Set<UInt64> = []
      for block in snapshot.blocks(overlapping: .all) {
        do {
          if let batch = try snapshot.read(block) { read.formUnion(batch.traceIDs.map(\.low)) }
        } catch {
          guard case .damaged = error else { throw error }
        }
      }
      #expect(read == Set(0..<count).subtracting(lost))
    }
  }

  @Test(arguments: [0, 60, 97, 600, 20_000] as [UInt64])
  func `a damaged block of a sealed slot is lost alone, and told`(offset: UInt64) throws {
    let files = try Self.ring()
    let (path, start) = try Self.block(of: 4, in: files)
    files.overwrite(path, at: start + offset, with: [0xa5, 0x5a, 0xa5])
    try Self.expectAll(but: [4], in: files)
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    let found = try snapshot.spans(of: RingTests.trace(4))
    #expect(found.isPartial && found.damage.map(\.offset) == [start] && found.damage.allSatisfy(\.losesSpans))
    let block = try #require(snapshot.blocks(overlapping: .all).first { $0.earliestEnd.unixNanoseconds == 4 })
    #expect(BlockTests.isDamaged { _ = try snapshot.read(block) })
  }

  @Test(arguments: [0, 97, 20_000] as [UInt64])
  func `a damaged block of the slot in use is lost alone, and told`(offset: UInt64) throws {
    let files = try Self.ring()
    let (path, start) = try Self.block(of: 37, in: files)
    files.overwrite(path, at: start + offset, with: [0xa5, 0x5a, 0xa5])
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    #expect(snapshot.damage.map(\.offset) == [start] && snapshot.damage.allSatisfy(\.losesSpans))
    try Self.expectAll(but: [37], in: files)
  }

  @Test func `a page that the disk cannot read costs its block and no other`() throws {
    for number in [4, 37] as [UInt64] {
      let files = try Self.ring()
      let (path, start) = try Self.block(of: number, in: files)
      files.makeUnreadable(path, page: start / 4096 + 2)
      try Self.expectAll(but: [number], in: files)
    }
  }

  @Test func `a torn last block is left out without a word of damage, and written over`() throws {
    let files = try Self.ring(isStopped: false)
    let (path, start) = try Self.block(of: 39, in: files)
    files.overwrite(path, at: start + 20_000, with: [UInt8](repeating: 0, count: 512))
    try Self.expectAll(but: [39], in: files)
    var ring = try RingTests.open(files)
    #expect(ring.notices.contains { if case .tornTail(_, start) = $0 { true } else { false } })
    #expect(ring.catalog.snapshot.damage.isEmpty)
    try RingTests.append(ring, 39..<40, byteCount: 50_000)
    try ring.close()
    ring = try RingTests.open(files)
    #expect(!ring.notices.contains { if case .tornTail = $0 { true } else { false } })
    try ring.close()
    try Self.expectAll(but: [], in: files)
  }

  @Test func `a block that never reached the disk before one that did is no damage, then or later`() throws {
    let files = try Self.ring()
    var ring = try RingTests.open(files)
    try RingTests.append(ring, 90..<94, byteCount: 50_000)  // so that the head is not about to be closed
    try RingTests.append(ring, 100..<103)
    var random = SplitMix64(state: 1)
    let crashed = files.crashed(keeping: .everything, &random)
    let (path, start) = try Self.block(of: 101, in: crashed)
    crashed.overwrite(path, at: start, with: [UInt8](repeating: 0, count: 4096))
    for round in 0..<3 as Range<UInt64> {
      ring = try RingTests.open(crashed)
      #expect(ring.notices.contains { if case .unsyncedBlocks(_, start) = $0 { true } else { false } })
      #expect(ring.catalog.snapshot.damage.isEmpty)
      for number in [100, 102] as [UInt64] {
        #expect(try RingTests.spans(number, in: ring.catalog.snapshot).count == 1)
      }
      try RingTests.append(ring, 200 + round..<201 + round)
      try ring.close()
    }
  }

  @Test func `blocks that a restart could not see do not come back behind those of a newer life`() throws {
    let files = try Self.ring()
    let (path, start) = try Self.block(of: 37, in: files)
    for page in start / 4096..<128 { files.makeUnreadable(path, page: page) }
    var ring = try RingTests.open(files)
    #expect(try RingTests.spans(36, in: ring.catalog.snapshot).count == 1)
    files.disk.withLock { $0.unreadable = [] }
    try RingTests.append(ring, 100..<101)
    try ring.close()
    ring = try RingTests.open(files)
    #expect(try RingTests.spans(100, in: ring.catalog.snapshot).count == 1)
    for number in 37..<Self.count { #expect(try RingTests.spans(number, in: ring.catalog.snapshot).isEmpty) }
  }

  @Test func `damage to headers, trailers and footers costs no span`() throws {
    let whole = try Self.ring()
    let snapshot = try RingSnapshot.reading("/ring", files: whole)
    let sealed = try #require(snapshot.state.closed.dropFirst().first)
    guard case .sealed(let footer, _) = sealed.content else { throw RingError.closed }
    let head = try #require(snapshot.state.head)
    let path = snapshot.folder.slotPath(sealed.slot)
    let places: [(String, UInt64)] = [
      (path, 50), (path, (512 << 10) - 4000), (path, UInt64(footer.traceIndex.offset) + 10),
      (path, UInt64(footer.traceFilter.offset) + 10), (path, UInt64(footer.blockDirectory.offset) + 10),
      (snapshot.folder.slotPath(head.slot), 50),
    ]
    for (path, offset) in places {
      let files = whole.copy()
      let old = files.bytes(path, at: offset, count: 1)
      files.overwrite(path, at: offset, with: [~old[0]])
      try Self.expectAll(but: [], in: files)
    }
  }

  @Test func `slots that changed places are told, and lose what they held`() throws {
    let files = try Self.ring()
    let paths = ["/ring/slots/000001.slot", "/ring/slots/000002.slot"]
    let contents = paths.map { files.bytes($0, at: 0, count: 512 << 10) }
    for (path, bytes) in zip(paths, contents.reversed()) { files.overwrite(path, at: 0, with: bytes) }
    let told = [1, 2].map {
      RingDamage(slot: $0, segment: nil, offset: 0, part: .slotHeader, reason: "nothing in it can be read")
    }
    #expect(try RingSnapshot.reading("/ring", files: files).damage == told)
    let ring = try RingTests.open(files)
    #expect(ring.notices.filter { if case .damage = $0 { true } else { false } } == told.map(RingNotice.damage))
    #expect(try RingTests.spans(0, in: ring.catalog.snapshot).count == 1)
  }

  @Test func `a header that was cut short in a slot without blocks is no damage`() throws {
    let files = try Self.ring()
    files.overwrite("/ring/slots/000009.slot", at: 0, with: [UInt8](repeating: 0x53, count: 512))
    #expect(try RingSnapshot.reading("/ring", files: files).damage.isEmpty)
    try Self.expectAll(but: [], in: files)
  }

  @Test func `a damaged slot in the middle leaves the others alone and is reused in its turn`() throws {
    let files = try Self.ring()
    let path = "/ring/slots/000001.slot"
    files.overwrite(path, at: 0, with: (0..<512 << 10).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) })
    var ring = try RingTests.open(files)
    let left = ring.catalog.snapshot.retention.spans
    #expect((28..<34).contains(left))
    #expect(try RingTests.spans(0, in: ring.catalog.snapshot).count == 1)
    #expect(try RingTests.spans(39, in: ring.catalog.snapshot).count == 1)
    try RingTests.append(ring, 100..<800, byteCount: 50_000)
    try ring.close()
    ring = try RingTests.open(files)
    #expect(try RingTests.spans(799, in: ring.catalog.snapshot).count == 1)
    #expect(ring.catalog.snapshot.state.segments.count == 62)
    #expect(ring.catalog.snapshot.damage.isEmpty)
  }

  @Test func `a ring of random bytes never traps`() throws {
    let whole = try Self.ring()
    for seed in 0..<20 as Range<UInt64> {
      var random = SplitMix64(state: seed)
      let files = whole.copy()
      for _ in 0..<40 {
        let slot = Int.random(in: 0..<5, using: &random)
        let page = UInt64.random(in: 0..<128, using: &random)
        let bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        files.overwrite(
          "/ring/slots/00000\(slot).slot", at: page * 4096 + UInt64.random(in: 0..<100, using: &random), with: bytes)
      }
      let ring = try RingTests.open(files)
      for number in 0..<Self.count {
        let found = try ring.catalog.snapshot.spans(of: RingTests.trace(number)).batch
        #expect(found.isEmpty || SpanMaker.isPlain(found, number, byteCount: 50_000), "seed \(seed)")
      }
      try RingTests.append(ring, 500..<501)
      #expect(try ring.catalog.snapshot.spans(of: RingTests.trace(500)).batch.count == 1, "seed \(seed)")
    }
  }
}
