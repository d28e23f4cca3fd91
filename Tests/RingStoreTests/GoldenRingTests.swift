import Foundation
import Testing
import TraceModel

@testable import RingStore

/// What a released version wrote every later one reads, or says by a test that it no longer does.
@Suite struct GoldenRingTests {
  static let slotByteCount = 64 << 10
  static let slotCount = 8

  /// Figures that do not change when those who make them learn more.
  struct Fold: SegmentFold {
    func annotate(_ batch: inout SpanBatch) {
      batch.outcomes = batch.statusCodes.map { $0 == .error ? .fault : .ok }
      batch.peerIndices = batch.nameIndices.map { _ in 0 }
    }

    func fold(_ segment: any FoldableSegment) throws -> SegmentAggregates {
      var traces: Set<TraceID> = []
      try segment.forEachBlock { traces.formUnion($0.batch.traceIDs) }
      return SegmentAggregates(
        totals: Array("totals of \(segment.spanCount) spans".utf8), minutes: Array("minutes".utf8),
        unresolved: Array(traces.sorted().prefix(3)), corrections: [:])
    }
  }

  @Test(arguments: GoldenRing.versions) func `every released version's ring is read as it was written`(
    version: String
  ) throws {
    let golden = GoldenRing(version: version)
    #expect(try golden.byteCount < 100 << 10)
    let contents = try golden.files(slotCount: Self.slotCount, slotByteCount: Self.slotByteCount)
    let files = InspectionFiles(contents)
    let read = try GoldenContent.json(of: "/ring", in: files)
    #expect(read == (try golden.content), "reads otherwise than Golden/format-\(version)/content.json says")

    // By the index too, each trace.
    let snapshot = try RingSnapshot.reading("/ring", files: files)
    for block in snapshot.blocks(overlapping: .all) {
      guard let batch = try snapshot.read(block) else { continue }
      for span in try batch.spans() { #expect(try snapshot.spans(of: span.traceID).batch.spans().contains(span)) }
    }

    // And goes on.
    let disk = SimulatedFileSystem()
    try disk.createDirectory("/ring/slots")
    for (path, bytes) in contents { try disk.open(path, .create).write(bytes, at: 0) }
    let ring = try Ring.open("/ring", capacity: nil, files: disk, now: noon, fold: Fold())
    let spanCount = ring.catalog.snapshot.retention.spans
    try RingTests.append(ring, 1000..<1003)
    try ring.close()
    #expect(try RingSnapshot.reading("/ring", files: disk).retention.spans == spanCount + 3)
  }

  @Test func `the version that is written has a golden ring`() throws {
    let golden = GoldenRing(version: "\(Superblock.formatMajor).\(Superblock.formatMinor)")
    if !golden.exists, ProcessInfo.processInfo.environment["SPOOR_REWRITE_GOLDEN"] == "1" {
      let contents = try Self.make()
      try golden.write(contents, content: GoldenContent.json(of: "/ring", in: InspectionFiles(contents)))
    }
    #expect(golden.exists, "make Golden/format-\(golden.version) with SPOOR_REWRITE_GOLDEN=1")
  }

  /// One sealed slot, and one in use: a restart with its stop and note, and a write that was cut short.
  private static func make() throws -> [String: [UInt8]] {
    let files = SimulatedFileSystem()
    var maker = SpanMaker(seed: 20)
    var ring = try open(files)
    var second: UInt64 = 0
    func append(_ spans: [Span]) throws {
      second += 1
      try ring.append([SpanBatch(spans)], receivedAt: .second(second))
      try ring.sync()
    }
    while ring.catalog.snapshot.state.head?.number ?? 1 == 1 {
      let traceID = TraceID(high: 0x6f6c64, low: second)
      try append((0..<2).map { _ in maker.rich(traceID: traceID) })
    }
    try ring.close()
    ring = try open(files)
    for _ in 0..<2 { try append((0..<3).map { _ in maker.rich() }) }
    let (image, state) = try RingInspection("/ring", files: files).image()
    let head = try #require(state.head)
    let torn = try #require(image.endOffsets[head.number])
    try append([maker.rich()])
    files.overwrite(
      RingFolder("/ring", files: files).slotPath(head.slot), at: torn + 512, with: [UInt8](repeating: 0, count: 512))
    return try InspectionFiles(files).contents.mapValues { $0.bytes }
  }

  private static func open(_ files: SimulatedFileSystem) throws -> sending Ring {
    var random = SplitMix64(state: 2)
    return try Ring.open(
      "/ring", capacity: UInt64((slotCount + 1) * slotByteCount), slotByteCount: UInt64(slotByteCount), files: files,
      now: noon, entropy: { random.next() }, fold: Fold())
  }
}
