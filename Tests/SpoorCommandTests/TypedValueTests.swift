import FoundationEssentials
import Testing
import TraceModel

@testable import SpoorCommand

/// What people type: times, lengths and sizes.
@Suite struct TypedValueTests {
  @Test(
    arguments: [
      ("2026-11-21T14:00:00Z", 1_795_269_600_000_000_000), ("2026-11-21T15:00:00.5+01:00", 1_795_269_600_500_000_000),
      ("2026-11-21t14:00:00.000000001z", 1_795_269_600_000_000_001), ("2026-11-21 16:00", 1_795_269_600_000_000_000),
      ("2026-11-21T16:00:00", 1_795_269_600_000_000_000), ("2026-11-21", 1_795_212_000_000_000_000),
      ("2600-01-01", .max), ("9999-12-31T23:59:59Z", .max), ("9999999999.5", 9_999_999_999_500_000_000),
      ("2028-02-29", 1_835_395_200_000_000_000 - 7_200_000_000_000), ("1795269600", 1_795_269_600_000_000_000),
      ("1795269600.25", 1_795_269_600_250_000_000),
    ] as [(String, UInt64)])
  func `times are RFC 3339, local without a zone, or Unix seconds`(text: String, nanoseconds: UInt64) throws {
    let local = try #require(TimeZone(secondsFromGMT: 7200))
    #expect(Timestamp(parsing: text, local: local)?.unixNanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "now", "2026-13-01", "2026-11-21T25:00", "2026-11-21T14:00:00+1", "-5", "1e30", "nan", "2026-02-31",
    "1969-01-01",
  ])
  func `other times are refused`(text: String) {
    #expect(Timestamp(parsing: text) == nil)
  }

  @Test(arguments: [("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172_800)] as [(String, UInt64)])
  func `lengths are numbers with units`(text: String, seconds: UInt64) {
    #expect(Duration(parsing: text) == .seconds(seconds))
  }

  @Test(arguments: ["", "5", "h", "1x", "-1h", "99999999999999999999s", "9999999999999d", "1.5h"])
  func `other lengths are refused`(text: String) {
    #expect(Duration(parsing: text) == nil)
  }

  @Test(
    arguments: [
      ("10GiB", 10_737_418_240), ("64MiB", 67_108_864), ("1.5GB", 1_500_000_000), ("4096", 4096), ("1g", 1_073_741_824),
    ] as [(String, UInt64)])
  func `sizes are bytes or have a unit`(text: String, bytes: UInt64) {
    #expect(ByteCount(argument: text)?.bytes == bytes)
  }

  @Test(arguments: ["", "GiB", "-1", "10XB", "1e9", "99999999999TiB", "1.2.3"])
  func `other sizes are refused`(text: String) {
    #expect(ByteCount(argument: text) == nil)
  }

  @Test func `a window is the last hour unless something else is said`() throws {
    let now = Timestamp(unixSeconds: 1_700_000_000)
    func window(_ arguments: String...) throws -> TimeWindow {
      try WindowOptions.parse(arguments).window(default: .seconds(3600), now: now)
    }
    #expect(try window() == TimeWindow(from: now - .seconds(3600)))
    #expect(try window("--all") == .all)
    #expect(try window("--since", "5m") == TimeWindow(from: now - .seconds(300)))
    #expect(try window("--to", "1700000000", "--since", "5m") == TimeWindow(from: now - .seconds(300), to: now))
    #expect(try window("--from", "1699999000") == TimeWindow(from: Timestamp(unixSeconds: 1_699_999_000)))
    #expect(throws: (any Error).self) { try window("--all", "--since", "5m") }
    #expect(throws: (any Error).self) { try window("--from", "1700000000", "--to", "1600000000") }
  }
}
