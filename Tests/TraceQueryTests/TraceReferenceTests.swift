import FoundationEssentials
import RingStore
import Testing
import TraceModel

@testable import TraceQuery

@Suite struct TraceReferenceTests {
  private static let whole = "4bf92f3577b34da6a3ce929d0e0e4736"

  @Test(arguments: [
    (whole, whole), (whole.uppercased(), whole), ("0x" + whole, whole), ("4bf92f35-77b3-4da6-a3ce-929d0e0e4736", whole),
    ("00-\(whole)-00f067aa0ba902b7-01", whole), ("1-4bf92f35-77b34da6a3ce929d0e0e4736", whole),
    ("0X4BF92F35", "4bf92f35"),
    ("4bf92f35-77b3", "4bf92f3577b3"), ("4bf92f35-", "4bf92f35"), ("abc", "abc"),
    ("00000000000000000000000000000abc", "00000000000000000000000000000abc"),
  ])
  func `IDs are read as people copy them`(text: String, digits: String) throws {
    #expect(try #require(TraceReference(text)).digits == digits)
  }

  @Test(arguments: [
    "", "0", "00000000000000000000000000000000", "xyz", "not-an-id", whole + "0", "4bf92f35 ", "-", "--", "4bf9-2f35",
    "00-\(whole)-00f067aa0ba902b7", "1--", String(repeating: "a", count: 1_000_000), "０x4bf9",
  ])
  func `other texts are none`(text: String) {
    #expect(TraceReference(text) == nil)
  }

  @Test func `a trace is named by all digits, without zeros, or by a beginning that only it has`() throws {
    try withQueries { (queries: TraceQueries) throws in
      func named(_ text: String) throws -> TraceIdentification {
        try queries.trace(namedBy: try #require(TraceReference(text)), isTimeUp: { false })
      }
      #expect(try named("aaaaaaaa000000000000000000000001") == .trace(TraceID(high: 0xaaaa_aaaa_0000_0000, low: 1)))
      #expect(try named("aaaaaaaa00000000000000000000000") == .trace(TraceID(high: 0xaaaa_aaaa_0000_0000, low: 1)))
      #expect(try named("bbbbbbbb") == .trace(TraceID(high: 0xbbbb_bbbb_bbbb_bbbb, low: 2)))
      #expect(try named("BBBBBBBB-BBBB") == .trace(TraceID(high: 0xbbbb_bbbb_bbbb_bbbb, low: 2)))
      #expect(try named("77") == .trace(TraceID(high: 0, low: 0x77)))
      // A whole short ID comes before the others that begin so.
      #expect(try named("cccccccc") == .trace(TraceID(high: 0, low: 0xcccc_cccc)))
      guard case .none(let several) = try named("dddddddd") else {
        Issue.record("twelve traces begin so")
        return
      }
      guard case .ambiguous(_, let ids, hasMore: true) = several else {
        Issue.record("\(several)")
        return
      }
      #expect(ids == (3...12).reversed().map { TraceID(high: 0xdddd_dddd_0000_0000, low: $0) })
      #expect(several.description.hasPrefix("more than 10 traces begin with dddddddd: dddddddd0000000000000000"))
      guard case .none(let unknown) = try named("eeeeeeee"), case .none(let absent) = try named("ee") else {
        Issue.record("nobody has this ID")
        return
      }
      #expect(unknown.description.hasPrefix("no trace in the ring begins with eeeeeeee; the oldest span"))
      #expect(
        absent.description.hasPrefix("trace 000000000000000000000000000000ee is not in the ring; the oldest span"))
      #expect(absent.description.hasSuffix("; by the beginning of an ID traces are found with 8 digits or more"))
      #expect(!unknown.description.contains("8 digits"))
    }
  }

  @Test func `what could not be looked through is not said to be absent`() throws {
    try withQueries { (queries: TraceQueries) throws in
      var asked = 0
      func isTimeUp() -> Bool {
        asked += 1
        return asked > 3
      }
      let reference = try #require(TraceReference("aaaaaaaa"))
      guard case .none(let absence) = try queries.trace(namedBy: reference, isTimeUp: isTimeUp) else {
        Issue.record("the first trace is not among the last three")
        return
      }
      #expect(absence.description.contains("no trace that arrived since 2026-"))
      #expect(absence.description.contains("could not be looked through in 5 s: give all 32 digits"))
      asked = 0
      let recent = try queries.trace(
        namedBy: try #require(TraceReference("dddddddd0000000000000000")), isTimeUp: isTimeUp)
      #expect(recent.note == nil)
      asked = 2
      let likely = try queries.trace(
        namedBy: try #require(TraceReference("dddddddd0000000000000000")), isTimeUp: isTimeUp)
      #expect(try #require(likely.note).hasPrefix("trace dddddddd00000000000000000000000c is the only one"))
    }
  }

  /// Two traces, two short ones, and twelve that begin with dddddddd; each a block.
  private func withQueries(_ body: (TraceQueries) throws -> Void) throws {
    let arrival = Timestamp(unixSeconds: 1_790_000_000)
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let ring = try Ring.open(
      directory.path, capacity: 32 << 20, files: DiskFileSystem(), now: { arrival }, entropy: { 7 })
    let ids =
      [
        TraceID(high: 0xaaaa_aaaa_0000_0000, low: 1), TraceID(high: 0xbbbb_bbbb_bbbb_bbbb, low: 2),
        TraceID(high: 0, low: 0x77), TraceID(high: 0, low: 0xcccc_cccc), TraceID(high: 0xcccc_cccc_0000_0000, low: 5),
      ] + (1...12).map { TraceID(high: 0xdddd_dddd_0000_0000, low: $0) }
    for (second, id) in ids.enumerated() {
      let span = TraceModel.Span(
        traceID: id, spanID: SpanID(rawValue: 1), name: "work", start: arrival, end: arrival + .seconds(1))
      try ring.append([SpanBatch([span])], receivedAt: arrival + .seconds(UInt64(second)))
    }
    try ring.sync()
    let catalog = ring.catalog
    try body(TraceQueries { () throws(RingError) in catalog.snapshot })
    try ring.close()
  }
}
