import Collector
import Rendering
import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct CollectorMetricsTests {
  private var counters: CollectorCounters {
    var counters = CollectorCounters()
    counters.payloadsReceived = [.http: 12, .udp: 3]
    counters.payloadsRefused = ["malformed": 2, "not_found": 1]
    counters.bytesReceived = 123_456
    counters.spansReceived = 1000
    counters.spansStored = 900
    counters.spansDuplicate = 50
    counters.spansInFlight = 20
    counters.spansLost = ["invalid_trace_id": 10, "not_stored": 20]
    counters.kernelDrops = [.udp: 4]
    counters.waitingByteCount = 1_048_576
    counters.commits = 3
    for milliseconds: UInt64 in [2, 9, 12_000] { counters.commitDurations.record(.milliseconds(milliseconds)) }
    return counters
  }

  @Test func `every figure has its name, its help and its type`() throws {
    let retention = Retention(
      spans: 900, oldestArrival: Timestamp(unixSeconds: 1_795_269_600), hasOverwritten: false, capacityBytes: 67_108_864
    )
    let process = ProcessFigures(
      cpuSeconds: 1.25, residentByteCount: 20_971_520, openFiles: 21, startTime: 1_795_269_000)
    let text = PrometheusText.encode(CollectorMetrics.families(counters, retention, process))
    try Golden.expect(text, "metrics.txt")
  }

  @Test func `spans received are stored, duplicate, rejected, dropped or in flight`() {
    let families = CollectorMetrics.families(counters, Retention(), ProcessFigures())
    func sum(_ name: String) -> Double {
      families.filter { $0.name == name }.flatMap(\.samples).reduce(0) { $0 + $1.value }
    }
    let parts = ["stored_total", "duplicate_total", "rejected_total", "dropped_total", "in_flight"]
    #expect(sum("spoor_spans_received_total") == parts.reduce(0) { $0 + sum("spoor_spans_\($1)") })
  }

  @Test func `what proc tells is read whatever the program is called`() {
    let figures = ProcessFigures(
      stat: "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 4 0 1000 0 0", statm: "9999 25 3 0 0 0 0",
      systemStat: "cpu 1 2\nbtime 1700000000\nprocesses 1\n", openFiles: 5, ticksPerSecond: 100, pageByteCount: 4096)
    #expect(
      figures
        == ProcessFigures(cpuSeconds: 2, residentByteCount: 102_400, openFiles: 5, startTime: 1_700_000_010))
    let nothing = ProcessFigures(
      stat: "", statm: "", systemStat: "", openFiles: nil, ticksPerSecond: 100, pageByteCount: 4096)
    #expect(nothing.families.allSatisfy { $0.samples.isEmpty })
  }

  @Test func `this process has all figures`() {
    #expect(ProcessFigures.current.families.allSatisfy { $0.samples.count == 1 })
  }
}
