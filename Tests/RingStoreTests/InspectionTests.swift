import Testing
import TraceModel

@testable import RingStore

@Suite struct InspectionTests {
  static func check(_ files: any FileSystem, deep: Bool = true) throws -> RingCheck {
    try RingInspection("/ring", files: files).check(deep: deep)
  }

  @Test(arguments: [false, true]) func `a whole ring is clean, and all of it was looked at`(deep: Bool) throws {
    let check = try Self.check(DamageTests.ring(), deep: deep)
    #expect(check.verdict == .clean && check.findings == [] && check.overwrittenSlots == [])
    #expect(check.spanCount == 40 && check.blockCount >= 40 && check.slotCount == check.ring.slotCount)
    #expect(check.isDeep == deep && check.byteCount > 0)
  }

  @Test func `a list says what each slot holds`() throws {
    let list = try RingInspection("/ring", files: DamageTests.ring()).list()
    let states = list.slots.map(\.state)
    #expect(list.ring.slotCount == 63 && list.slots.map(\.slot) == Array(0..<63))
    #expect(states.filter { $0 == .sealed }.count == 4 && states.filter { $0 == .head }.count == 1)
    #expect(states.filter { $0 == .free }.count == 58)
    #expect(list.spanCount == 40 && list.blockCount == 40)
    #expect(list.slots[0].segment == 1 && list.slots[0].oldestArrival == .second(0))
    #expect(list.slots[0].latestEnd?.unixNanoseconds == list.slots[0].spanCount - 1)
    let size = list.ring.slotByteCount
    #expect(list.slots.allSatisfy { $0.usedByteCount <= size })
    #expect((50_000...70_000).contains(list.bytesASpan ?? 0))
  }

  @Test func `a ring without spans is clean, and one that is none is refused`() throws {
    let files = SimulatedFileSystem()
    try RingTests.open(files).close()
    #expect(try Self.check(files).verdict == .clean)
    #expect(try RingInspection("/ring", files: files).list().slots.allSatisfy { $0.state == .free })
    #expect(throws: RingError.notARing(path: "/elsewhere")) { try RingInspection("/elsewhere", files: files) }
  }

  @Test func `a lost block is told with its place, its number and its spans`() throws {
    let whole = try DamageTests.ring()
    let (path, start) = try DamageTests.block(of: 4, in: whole)
    whole.overwrite(path, at: start + 20_000, with: [1, 2, 3])
    let check = try Self.check(whole)
    #expect(check.verdict == .lost)
    #expect(check.findings.map(\.offset) == [start] && check.lostSpans == (1, true))
    #expect(check.findings.first?.loss?.sequences?.count == 1)
  }
}
