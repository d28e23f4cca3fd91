import Collector
import Testing

@testable import SpoorCommand

@Suite struct HealthWatchTests {
  private func counters(refused: [String: UInt64] = [:], lost: [String: UInt64] = [:], kernel: UInt64 = 0)
    -> CollectorCounters
  {
    var counters = CollectorCounters()
    counters.payloadsRefused = refused
    counters.spansLost = lost
    counters.kernelDrops = [.udp: kernel]
    return counters
  }

  @Test func `nothing amiss is nothing to say`() {
    var watch = HealthWatch()
    #expect(watch.lines(counters()).isEmpty)
  }

  @Test func `what was refused in a second is one line by reason, and is not said again`() {
    var watch = HealthWatch()
    let first = counters(refused: ["malformed": 1000, "not_found": 2], lost: ["invalid_span_id": 3], kernel: 7)
    let lines = watch.lines(first)
    #expect(lines.map(\.message) == ["payloads refused", "spans rejected", "the kernel dropped datagrams"])
    #expect(lines.map(\.figures) == [["malformed": 1000, "not_found": 2], ["invalid_span_id": 3], ["udp": 7]])
    #expect(watch.lines(first).isEmpty)
    #expect(
      watch.lines(counters(refused: ["malformed": 1001, "not_found": 2], lost: ["invalid_span_id": 3], kernel: 7))
        .map(\.figures) == [["malformed": 1]])
  }

  @Test func `an overload is two lines, however long it lasts`() {
    var watch = HealthWatch()
    #expect(
      watch.lines(counters(refused: ["overloaded": 5])).map(\.message).first?.hasPrefix("overload begins") == true)
    #expect(watch.lines(counters(refused: ["overloaded": 50])).isEmpty)
    for _ in 1..<HealthWatch.quietSeconds { #expect(watch.lines(counters(refused: ["overloaded": 50])).isEmpty) }
    let end = watch.lines(counters(refused: ["overloaded": 50]))
    #expect(end.map(\.message) == ["overload ends"] && end.first?.figures == ["payloads_refused": 50])
    #expect(watch.lines(counters(refused: ["overloaded": 50])).isEmpty)
  }

  @Test func `a ring that takes no spans is an error with what it says`() {
    var watch = HealthWatch()
    var counters = counters(lost: ["not_stored": 7, "invalid_span_id": 1])
    counters.storingProblem = "check the disk"
    let lines = watch.lines(counters)
    #expect(lines.map(\.level) == [.error, .warning])
    #expect(lines.first?.figures == ["not_stored": 7] && lines.first?.reason == "check the disk")
  }
}
