import RingStore
import TraceLinking
import TraceModel
import TraceQuery

/// The service map of a day of sixty services.
enum MapBenchmark {
  private static let serviceCount = 60
  private static let day: UInt64 = 24 * 3_600_000_000_000
  private static let rounds = 40

  /// Makes the ring: as many spans as are wanted, evenly over the day.
  static func fill(_ folder: String, spanCount: Int) throws {
    let traceCount = UInt64(max(1, spanCount / Workload.spansATrace))
    var workload = Workload(seed: 13, serviceCount: serviceCount, pause: day / traceCount)
    let begin = Timestamp(unixNanoseconds: Workload.begin)
    let ring = try Ring.open(
      folder, capacity: Shape.capacity(spanCount), files: DiskFileSystem(), now: { begin }, fold: ServiceMapFold())
    var written = 0
    while written < spanCount {
      let batches = (0..<8).map { _ in SpanBatch(workload.request()) }
      try ring.append(batches, receivedAt: Timestamp(unixNanoseconds: workload.now))
      try ring.sync()
      written += batches.reduce(0) { $0 + $1.count }
    }
    try ring.close()
    Figure(part: "map", name: "spans in the ring", value: Double(written), unit: "").report()
  }

  /// In this process, opened to be read: what `--data` does, apart from starting the program and drawing.
  static func draw(_ folder: String) throws {
    for (name, window) in windows {
      var milliseconds: [Double] = []
      for _ in 0..<rounds {
        let began = ProcessorTime.wall
        let snapshot = try RingSnapshot.reading(folder, files: DiskFileSystem())
        let map = try TraceQueries(snapshot: { () throws(RingError) in snapshot }).serviceMap(window)
        milliseconds.append(Double(ProcessorTime.wall - began) / 1e6)
        guard map.missingBlocks == 0, map.value.nodes.count >= serviceCount else { throw BenchmarkError.notFound(name) }
      }
      milliseconds.reportQuantiles("map", "opened and joined, \(name)", unit: "ms")
    }
  }

  /// Over HTTP, as JSON, one question after another on one connection. The first is what nobody has asked before.
  static func ask(_ address: String) throws {
    let connection = try HTTPConnection(to: address)
    for (name, window) in windows {
      let bounds = [("from", window.from), ("to", window.to)].compactMap { name, moment in
        moment.map { "\(name)=\($0.unixNanoseconds)" }
      }
      var milliseconds: [Double] = []
      for _ in 0..<rounds {
        let began = ProcessorTime.wall
        let status = try connection.get("/api/spoor/v1/map?" + bounds.joined(separator: "&")).status
        milliseconds.append(Double(ProcessorTime.wall - began) / 1e6)
        guard status == 200 else { throw BenchmarkError.badAnswer(status) }
      }
      Figure(part: "map", name: "over the API, \(name), first", value: milliseconds[0], unit: "ms").report()
      milliseconds.reportQuantiles("map", "over the API, \(name)", unit: "ms")
    }
  }

  private static var windows: [(name: String, TimeWindow)] {
    func window(_ from: UInt64, _ to: UInt64) -> TimeWindow {
      TimeWindow(
        from: Timestamp(unixNanoseconds: firstMinute + from * 1_000_000_000),
        to: Timestamp(unixNanoseconds: firstMinute + to * 1_000_000_000))
    }
    return [
      ("all", .all), ("20 h of it", window(3600, 21 * 3600)), ("1 h of it", window(36_000, 39_600)),
      ("15 min of it, not of whole minutes", window(36_010, 36_910)),
    ]
  }

  /// The first whole minute, from which windows are told.
  private static var firstMinute: UInt64 { (Workload.begin / 60_000_000_000 + 1) * 60_000_000_000 }
}
