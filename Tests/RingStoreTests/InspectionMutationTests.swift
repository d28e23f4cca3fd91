import Foundation
import Testing
import TraceModel

@testable import RingStore

/// Rings with changed bytes: `check` never traps, and its verdict is what became of the spans.
@Suite struct InspectionMutationTests {
  static let spanCount: UInt64 = 16

  /// What happens to bytes on a bad day.
  enum Mutation: CaseIterable {
    case flip, noise, zeros, tear

    func apply(to file: InspectionFile, _ range: Range<Int>, _ random: inout SplitMix64) {
      var bytes = file.bytes
      defer { file.bytes = bytes }
      switch self {
      case .flip:
        bytes[Int.random(in: range, using: &random)] ^= 1 << UInt8(random.next() % 8)
      case .noise:
        let start = Int.random(in: range, using: &random)
        for position in start..<min(range.upperBound, start + 16) {
          bytes[position] = UInt8(truncatingIfNeeded: random.next())
        }
      case .zeros:
        for position in range { bytes[position] = 0 }
      case .tear:
        let sector = Int.random(in: range, using: &random) / 512 * 512
        for position in sector..<min(sector + 512, bytes.count) {
          bytes[position] = UInt8(truncatingIfNeeded: random.next())
        }
      }
    }
  }

  @Test func `the verdict on one change is what became of the spans`() throws {
    let ring = try InspectionRing.make()
    let before = try #require(try InspectionRing.readable(ring.files))
    #expect(before == Set(0..<Self.spanCount))
    let kinds = Dictionary(grouping: ring.places) { $0.kind }.values.sorted { "\($0[0].kind)" < "\($1[0].kind)" }
    var verdicts: [RingCheck.Verdict: Int] = [:]
    for seed in 0..<Rounds.count(1000) {
      var random = SplitMix64(state: seed)
      let place = try #require(kinds.randomElement(using: &random)?.randomElement(using: &random))
      let mutation = try #require(Mutation.allCases.randomElement(using: &random))
      let file = try #require(ring.files.contents[place.path])
      let old = file.bytes
      defer { file.bytes = old }
      mutation.apply(to: file, place.range, &random)
      // Padding counts for nothing, and a trailer of zeros is one that has not been written yet.
      if file.bytes == old || place.kind == .padding || place.kind == .trailer && mutation == .zeros { continue }
      // Where nothing begins like a block any more, nothing says that there was a last one.
      if place == ring.lastBlock { continue }
      let verdict = try Self.verdict(of: ring.files, before, "seed \(seed): \(mutation) of \(place)")
      verdicts[verdict, default: 0] += 1
    }
    #expect((verdicts[.heals] ?? 0) > 100 && (verdicts[.lost] ?? 0) > 100)
  }

  /// Against what a reader gets.
  private static func verdict(
    of files: InspectionFiles, _ before: Set<UInt64>, _ comment: String
  ) throws -> RingCheck.Verdict {
    let check = try RingInspection("/ring", files: files).check(deep: true)
    let after = try #require(try InspectionRing.readable(files))
    let lost = before.subtracting(after)
    if lost.isEmpty {
      #expect(check.verdict == .heals, "\(comment): \(check.findings)")
    } else if !isTail(lost) {
      #expect(check.verdict == .lost, "\(comment): \(check.findings)")
      let (count, isExact) = check.lostSpans
      #expect(count <= lost.count && (!isExact || count == lost.count), "\(comment): \(check.findings)")
    }
    return check.verdict
  }

  /// The last blocks of all may as well never have been written: nothing behind them says that they were.
  private static func isTail(_ lost: Set<UInt64>) -> Bool { lost == Set(spanCount - UInt64(lost.count)..<spanCount) }

  @Test func `many changes at once never trap, and lost spans are never called clean`() throws {
    let ring = try InspectionRing.make()
    let before = try #require(try InspectionRing.readable(ring.files))
    for seed in 0..<Rounds.count(300) {
      var random = SplitMix64(state: 1_000_000 + seed)
      let files = ring.files.copy()
      for _ in 0..<Int.random(in: 2...12, using: &random) {
        let place = try #require(ring.places.randomElement(using: &random))
        let file = try #require(files.contents[place.path])
        try #require(Mutation.allCases.randomElement(using: &random)).apply(to: file, place.range, &random)
      }
      guard let after = try InspectionRing.readable(files) else { continue }
      let inspection = try RingInspection("/ring", files: files)
      let check = try inspection.check(deep: seed % 2 == 0)
      let lost = before.subtracting(after)
      #expect(!check.isDeep || check.verdict != .clean || Self.isTail(lost), "seed \(seed): \(lost)")
      #expect(try inspection.list().slots.count == 8, "seed \(seed)")
      try Self.readAll(try inspection.dump())
    }
  }

  /// What cannot be read is damage, and nothing worse.
  private static func readAll(_ dump: RingDump) throws {
    var dump = dump
    while let entry = try dump.next() {
      switch entry {
      case .damage: break
      case .block(_, let spans): readOrDamaged(spans)
      }
    }
  }

  private static func readOrDamaged(_ spans: BlockSpans) {
    do {
      _ = try spans.batch()
    } catch {
      guard case .damaged = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func `every torn sector of header, trailer and superblock is told, and heals`() throws {
    let ring = try InspectionRing.make()
    let before = try #require(try InspectionRing.readable(ring.files))
    for place in ring.places {
      switch place.kind {
      case .superblock, .header, .trailer: break
      default: continue
      }
      let file = try #require(ring.files.contents[place.path])
      let whole = file.bytes
      defer { file.bytes = whole }
      for sector in stride(from: place.range.lowerBound, to: place.range.upperBound, by: 512) {
        file.bytes.replaceSubrange(
          sector..<sector + 512, with: (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) })
        let check = try RingInspection("/ring", files: ring.files).check(deep: false)
        #expect(check.verdict == .heals, "\(place) at \(sector): \(check.findings)")
        #expect(try InspectionRing.readable(ring.files) == before)
        file.bytes = whole
      }
    }
  }

  @Test func `a slot that is gone is told by the numbers of its neighbours`() throws {
    let ring = try InspectionRing.make()
    let segment = try #require(ring.state.segments.dropFirst().first)
    let path = InspectionRing.path(segment.slot)
    for isMissing in [true, false] {
      var files = ring.files.copy()
      if isMissing {
        files.take(away: path)
      } else {
        files.contents[path]?.bytes = [UInt8](repeating: 0, count: 64 << 10)
      }
      let check = try RingInspection("/ring", files: files).check(deep: false)
      #expect(check.verdict == .lost)
      let loss = try #require(check.findings.first { $0.severity == .lost }?.loss?.sequences)
      // A note or a stop may be among them.
      #expect((0...3).contains(loss.count - Int(segment.summary.blockCount)))
    }
  }

  @Test func `a damaged header does not bring back what lived in the slot before`() throws {
    let files = SimulatedFileSystem()
    let ring = try InspectionRing.open(files)
    // Once around and on, so that a trailer of the lap before stands behind the head's blocks.
    var number: UInt64 = 0
    while (ring.catalog.snapshot.state.head?.number ?? 0) < 11 {
      try RingTests.append(ring, number..<number + 1, byteCount: 5000)
      try ring.sync()
      number += 1
    }
    try RingTests.append(ring, number..<number + 1, byteCount: 5000)
    try ring.close()
    let whole = try InspectionRing(try InspectionFiles(files))
    let before = try #require(try InspectionRing.readable(whole.files))
    let head = try #require(whole.state.head)
    let file = try #require(whole.files.contents[InspectionRing.path(head.slot)])
    file.flip(100, 3)
    let after = try InspectionRing.readable(whole.files)
    #expect(after == before && before.contains(number))
    #expect(try RingInspection("/ring", files: whole.files).check(deep: true).verdict == .heals)
  }

  @Test func `what is overwritten while it is looked at is no damage`() throws {
    let ring = try InspectionRing.make()
    let segment = try #require(ring.state.segments.dropFirst().first)
    let inspection = try RingInspection("/ring", files: ring.files)
    let reader = try inspection.reader(segment.slot)
    let file = try #require(ring.files.contents[InspectionRing.path(segment.slot)])
    let header = try #require(try reader.header())
    let next = SlotHeader(
      ring: header.ring, slot: header.slot, segment: 99, firstSequence: 999, previousChecksum: 0, incarnation: 9,
      openedAt: noon(), oldestSegment: 1)
    var isDone = false
    let check = try inspection.check(deep: true) { check in
      // The first segment has been looked at, this one is the next.
      if isDone { return }
      file.bytes = next.encoded() + [UInt8](repeating: 7, count: 20_480) + file.bytes.dropFirst(24_576)
      isDone = true
    }
    #expect(isDone && check.verdict == .clean && check.overwrittenSlots == [segment.slot], "\(check.findings)")
  }
}

/// How often a test tries at random: as often as it says, or SPOOR_ROUNDS times as often, for the soak.
enum Rounds {
  static func count(_ usual: UInt64) -> UInt64 {
    usual * (ProcessInfo.processInfo.environment["SPOOR_ROUNDS"].flatMap { UInt64($0) } ?? 1)
  }
}
