import Testing
import TraceModel

@Suite struct ValueTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
      (1_795_269_600_250_000_000, "2026-11-21T14:00:00.25Z"), (.max, "2554-07-21T23:34:33.709551615Z"),
    ] as [(UInt64, String)])
  func `a timestamp reads as RFC 3339`(nanoseconds: UInt64, text: String) {
    #expect(Timestamp(unixNanoseconds: nanoseconds).description == text)
  }

  @Test(
    arguments: [
      (0, "0ns"), (870, "870ns"), (1000, "1µs"), (1234, "1.23µs"), (999_499, "999µs"), (999_500, "1ms"),
      (12_345_678, "12.3ms"), (1_250_000_000, "1.25s"), (59_949_999_999, "59.9s"), (59_950_000_000, "1m00s"),
      (7_500_000_000_000, "2h05m"),
    ] as [(UInt64, String)])
  func `a duration reads with three digits`(nanoseconds: UInt64, text: String) {
    #expect(TraceModel.Duration(nanoseconds: nanoseconds).description == text)
  }

  @Test func `a trace ID is read in either case and padded`() {
    #expect(TraceID(hex: "4BF92f3577b34da6a3ce929d0e0e4736")?.description == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(TraceID(hex: "ff")?.description == "000000000000000000000000000000ff")
    for text in ["", "0", "g", "+1", "4bf92f3577b34da6a3ce929d0e0e47361", "12 4"] { #expect(TraceID(hex: text) == nil) }
  }

  @Test func `time arithmetic stays inside of time`() {
    let end = Timestamp(unixNanoseconds: .max)
    #expect(end + .seconds(1) == end)
    #expect(Timestamp(unixNanoseconds: 5) - .seconds(1) == Timestamp(unixNanoseconds: 0))
    #expect(Timestamp(unixNanoseconds: 5).since(end) == .zero)
  }
}
