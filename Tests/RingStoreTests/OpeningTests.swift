import Glibc
import Testing
import TraceModel

@testable import RingStore

@Suite struct OpeningTests {
  static func refusal(_ body: () throws -> Void) -> RingError? {
    do {
      try body()
      return nil
    } catch {
      return error as? RingError
    }
  }

  @Test func `a capacity is cut into slots as the design says`() {
    let slot = { (capacity: UInt64) in SlotLayout.forCapacity(capacity).slotByteCount }
    #expect(slot(32 << 20) == 512 << 10)
    #expect(slot(64 << 20 - 1) == 512 << 10)
    #expect(slot(1 << 30) == 16 << 20)
    #expect(slot(2 << 30) == 32 << 20)
    #expect(slot(10 << 30) == 32 << 20)
    #expect(slot(100 << 30) == 128 << 20)
    #expect(slot(1 << 40) == 1 << 30)
    #expect(slot(10 << 40) == 1 << 30)
  }

  @Test func `another's folder is refused and left as it is`() throws {
    let folder = TemporaryFolder()
    try DiskFileSystem().createDirectory(folder.path)
    _ = try DiskFileSystem().open("\(folder.path)/letters.txt", .create)
    let error = Self.refusal { _ = try RingTests.open(DiskFileSystem(), folder.path) }
    #expect(error == .foreignFolder(path: folder.path, holding: "letters.txt"))
    #expect(try DiskFileSystem().list(folder.path) == ["letters.txt"])
    #expect(
      Self.refusal { _ = try RingSnapshot.reading(folder.path, files: DiskFileSystem()) }
        == .notARing(path: folder.path))
    let absent = "\(folder.path)/absent"
    #expect(Self.refusal { _ = try RingSnapshot.reading(absent, files: DiskFileSystem()) } == .notARing(path: absent))
  }

  @Test func `a file where the folder should be is refused`() throws {
    let folder = TemporaryFolder()
    try DiskFileSystem().createDirectory(folder.path)
    let file = "\(folder.path)/file"
    _ = try DiskFileSystem().open(file, .create)
    guard case .io(let error)? = Self.refusal({ _ = try RingTests.open(DiskFileSystem(), file) }) else {
      Issue.record("not refused")
      return
    }
    #expect(error.code == ENOTDIR)
    #expect(Self.refusal { _ = try RingSnapshot.reading(file, files: DiskFileSystem()) } == .notARing(path: file))
  }

  @Test func `a second writer is refused by name, and may come when the first has gone`() throws {
    let folder = TemporaryFolder()
    let ring = try RingTests.open(DiskFileSystem(), folder.path)
    let error = Self.refusal { _ = try RingTests.open(DiskFileSystem(), folder.path) }
    #expect(error == .locked(path: folder.path, holder: "\(getpid())"))
    #expect(error?.description.contains("process \(getpid())") == true)
    try ring.close()
    try RingTests.open(DiskFileSystem(), folder.path).close()
  }

  @Test func `a capacity below the minimum is refused with the minimum, and makes nothing`() throws {
    let files = SimulatedFileSystem()
    let error = Self.refusal { _ = try RingTests.open(files, capacity: 32 << 20 - 1) }
    #expect(error == .capacityTooSmall(bytes: 32 << 20 - 1, minimum: 32 << 20))
    #expect(error?.description.contains("at least 32 MiB") == true)
    #expect(files.operationCount == 0)
    #expect(Self.refusal { _ = try RingTests.open(files, capacity: .max) } != nil)
  }

  @Test func `a disk that is too full is told how much is missing`() {
    let files = SimulatedFileSystem()
    files.setFreeByteCount(20 << 20)
    let error = Self.refusal { _ = try RingTests.open(files) }
    #expect(error == .notEnoughSpace(path: "/ring", needed: 63 << 19, missing: 63 << 19 - 20 << 20))
    files.setFreeByteCount(33 << 20)
    #expect(Self.refusal { try RingTests.open(files).close() } == nil)
  }

  @Test func `a medium that cannot be written is refused for writing and read all the same`() throws {
    let files = SimulatedFileSystem()
    let ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<3)
    try ring.close()
    files.setReadOnly()
    guard case .notWritable? = Self.refusal({ _ = try RingTests.open(files) }) else {
      Issue.record("not refused")
      return
    }
    #expect(try RingTests.spans(2, in: RingSnapshot.reading("/ring", files: files)).count == 1)
  }

  @Test func `one damaged superblock is made good from the other`() throws {
    for copy in [0, 1] as [UInt64] {
      let files = SimulatedFileSystem()
      let ring = try RingTests.open(files)
      try RingTests.append(ring, 0..<3)
      try ring.close()
      files.overwrite("/ring/RING", at: copy * 4096 + 41, with: [1, 2, 3])
      #expect(try RingSnapshot.reading("/ring", files: files).retention.spans == 3)
      let again = try RingTests.open(files)
      #expect(again.notices.contains(.superblockCopyRepaired))
      try again.close()
      #expect(try !RingTests.open(files).notices.contains(.superblockCopyRepaired))
    }
  }

  @Test func `two damaged superblocks are refused`() throws {
    let files = SimulatedFileSystem()
    try RingTests.open(files).close()
    files.overwrite("/ring/RING", at: 40, with: [9])
    files.overwrite("/ring/RING", at: 4096 + 4000, with: [9])
    #expect(Self.refusal { _ = try RingTests.open(files) } == .superblockDamaged(path: "/ring/RING"))
    #expect(
      Self.refusal { _ = try RingSnapshot.reading("/ring", files: files) }
        == .superblockDamaged(path: "/ring/RING"))
  }

  @Test func `another version of the format is refused by its number`() throws {
    let files = SimulatedFileSystem()
    try RingTests.open(files).close()
    let folder = RingFolder("/ring", files: files)
    var superblock = try #require(try folder.superblock()?.superblock)
    for (major, error) in [
      (3, RingError.newerFormat(path: "/ring/RING", major: 3, minor: 5)),
      (1, RingError.olderFormat(path: "/ring/RING", major: 1, minor: 5)),
    ] as [(UInt16, RingError)] {
      (superblock.major, superblock.minor) = (major, 5)
      try folder.write(superblock)
      #expect(Self.refusal { _ = try RingTests.open(files) } == error)
      #expect(Self.refusal { _ = try RingSnapshot.reading("/ring", files: files) } == error)
    }
    superblock.major = 2
    superblock.compatibleFlags = 4
    try folder.write(superblock)
    #expect(Self.refusal { _ = try RingTests.open(files) } == .newerFormat(path: "/ring/RING", major: 2, minor: 5))
    #expect(try RingSnapshot.reading("/ring", files: files).retention.spans == 0)
    superblock.incompatibleFlags = 1
    try folder.write(superblock)
    #expect(
      Self.refusal { _ = try RingSnapshot.reading("/ring", files: files) }
        == .newerFormat(path: "/ring/RING", major: 2, minor: 5))
  }

  /// Changes the header of a slot as another version of the program might have written it.
  private static func edit(
    slot: UInt32, in files: SimulatedFileSystem, _ field: Field, _ number: some FixedWidthInteger
  ) {
    let path = RingFolder("/ring", files: files).slotPath(slot)
    var page = files.bytes(path, at: 0, count: 4096)
    page.put(number, in: field)
    page.put(Checksum.of(page[..<SlotHeader.checksumField.offset]), in: SlotHeader.checksumField)
    files.overwrite(path, at: 0, with: page)
  }

  @Test func `a slot of another version is left out, told, and overwritten in its turn`() throws {
    let whole = try DamageTests.ring()
    let state = try RingSnapshot.reading("/ring", files: whole).state
    for segment in [state.closed[1], try #require(state.head)] {
      for (field, number) in [(SlotHeader.majorField, 3), (SlotHeader.majorField, 1)] as [(Field, UInt16)] {
        let files = whole.copy()
        Self.edit(slot: segment.slot, in: files, field, number)
        try Self.expectLeftOut(segment, in: files)
      }
      let files = whole.copy()
      Self.edit(slot: segment.slot, in: files, SlotHeader.incompatibleField, 8 as UInt32)
      try Self.expectLeftOut(segment, in: files)
    }
  }

  private static func expectLeftOut(_ segment: Segment, in files: SimulatedFileSystem) throws {
    var ring = try RingTests.open(files)
    let snapshot = ring.catalog.snapshot
    #expect(snapshot.damage.map(\.slot) == [segment.slot] && snapshot.damage.allSatisfy { $0.part == .slotHeader })
    #expect(snapshot.retention.spans == DamageTests.count - segment.summary.spanCount)
    #expect(snapshot.state.head.map { $0.slot != segment.slot } ?? true)
    try RingTests.append(ring, 100..<101)
    #expect(try RingTests.spans(100, in: ring.catalog.snapshot).count == 1)
    #expect(ring.catalog.snapshot.state.closed.contains { $0.slot == segment.slot })
    try RingTests.append(ring, 101..<800, byteCount: 50_000)
    try ring.close()
    ring = try RingTests.open(files)
    #expect(ring.catalog.snapshot.damage.isEmpty && ring.catalog.snapshot.state.segments.count == 62)
  }

  @Test func `a segment with features that only a writer must know is read and not added to`() throws {
    let files = try DamageTests.ring()
    let head = try #require(RingSnapshot.reading("/ring", files: files).state.head)
    Self.edit(slot: head.slot, in: files, SlotHeader.compatibleField, 8 as UInt32)
    let ring = try RingTests.open(files)
    #expect(ring.catalog.snapshot.retention.spans == DamageTests.count && ring.catalog.snapshot.damage.isEmpty)
    try RingTests.append(ring, 100..<101)
    #expect(try #require(ring.catalog.snapshot.state.head).slot != head.slot)
  }

  @Test func `after a clean stop nothing is recovered, after a kill something is`() throws {
    let files = SimulatedFileSystem()
    var ring = try RingTests.open(files)
    let isRecovered = { (ring: Ring) in ring.notices.contains { if case .recovered = $0 { true } else { false } } }
    for number in 0..<40 as Range<UInt64> {
      try RingTests.append(ring, number..<number + 1, byteCount: number % 3 == 0 ? 50_000 : 16)
      try ring.close()
      ring = try RingTests.open(files)
      #expect(!isRecovered(ring), "\(number)")
    }
    let before = files.operationCount
    try ring.close()
    ring = try RingTests.open(files)
    #expect(!isRecovered(ring) && files.operationCount < before + 6)
    try RingTests.append(ring, 40..<41)
    try ring.sync()
    #expect(isRecovered(try RingTests.open(files.copy())))
    #expect(ring.catalog.snapshot.retention.spans == 41)
  }

  @Test func `missing and short slot files are made again`() throws {
    let files = SimulatedFileSystem()
    var ring = try RingTests.open(files)
    try RingTests.append(ring, 0..<30, byteCount: 50_000)
    try ring.close()
    try files.remove("/ring/slots/000050.slot")
    try files.remove("/ring/slots/000001.slot")
    ring = try RingTests.open(files)
    #expect(ring.notices.contains(.slotsRestored([1, 50])))
    let texts = ([[5], [1, 50], Array(10..<100)] as [[UInt32]]).map { RingNotice.slotsRestored($0).description }
    #expect(
      texts == [
        "slot file 5 was missing or too short and has been made again",
        "slot files 1, 50 were missing or too short and have been made again",
        "slot files 10, 11, 12, 13, 14, 15, 16, 17 and 82 more were missing or too short and have been made again",
      ])
    #expect(try files.list("/ring/slots").count == 63)
    #expect(try RingTests.spans(0, in: ring.catalog.snapshot).count == 1)
    #expect(try RingTests.spans(29, in: ring.catalog.snapshot).count == 1)
    #expect((15..<30).contains(ring.catalog.snapshot.retention.spans))
  }

  @Test func `every error is one line that says something`() {
    let file = FileError(EIO, during: .write, "/ring/slots/000000.slot")
    let errors: [RingError] = [
      .foreignFolder(path: "/a", holding: "b"), .notARing(path: "/a"), .locked(path: "/a", holder: nil),
      .notWritable(file), .capacityTooSmall(bytes: 5, minimum: 32 << 20), .capacityTooLarge(bytes: 5, maximum: 4),
      .notEnoughSpace(path: "/a", needed: 5, missing: 4), .newerFormat(path: "/a", major: 2, minor: 0),
      .superblockDamaged(path: "/a"), .io(file), .spanTooLarge(bytes: 5, maximum: 4),
      .readOnly(file), .readOnly(FileError(ENOENT, during: .sync, "/ring/slots/000000.slot")), .noSlot(path: "/a"),
      .closed,
      .olderFormat(path: "/a", major: 1, minor: 0),
      .damaged(RingDamage(slot: 1, segment: 2, offset: 3, part: .block, reason: "checksum")),
    ]
    for error in errors {
      #expect(!error.description.contains("\n") && error.description.count > 20)
    }
    #expect(RingError.io(file).description.contains("Input/output error"))
  }
}
