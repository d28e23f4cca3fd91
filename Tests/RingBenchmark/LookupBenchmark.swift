import Glibc
import RingStore
import TraceLinking
import TraceModel

/// Traces by ID in a ring of many spans.
struct LookupBenchmark {
  let folder: String

  private static let idCount = 1000

  private var idFile: String { folder + ".ids" }

  /// Makes the ring, and a file with one ID a line.
  func fill(spanCount: Int) throws {
    let ring = try Ring.open(
      folder, capacity: Shape.capacity(spanCount), files: DiskFileSystem(), now: Self.now, fold: ServiceMapFold())
    var workload = Workload(seed: 11)
    var ids: [TraceID] = []
    var written = 0
    let every = max(1, spanCount / (Self.idCount * 512))
    var requests = 0
    while written < spanCount {
      let batches = (0..<8).map { _ in SpanBatch(workload.request()) }
      try ring.append(batches, receivedAt: Self.now())
      try ring.sync()
      for batch in batches {
        requests += 1
        if requests % every == 0, ids.count < Self.idCount { ids.append(batch.traceIDs[requests % batch.count]) }
        written += batch.count
      }
    }
    try ring.close()
    try DiskFileSystem().open(idFile, .create).write(
      Array((ids.map(\.description).joined(separator: "\n") + "\n").utf8), at: 0)
    Figure(part: "lookup", name: "spans in the ring", value: Double(written), unit: "").report()
  }

  /// In this process, all pages warm.
  func find() throws {
    let ids = try readIDs()
    let began = ProcessorTime.wall
    let snapshot = try RingSnapshot.reading(folder, files: DiskFileSystem())
    let opening = Double(ProcessorTime.wall - began) / 1e6
    Figure(part: "lookup", name: "opening to read, as the writer left it", value: opening, unit: "ms").report()
    var milliseconds: [Double] = []
    for pass in 0..<2 {
      for id in ids {
        let began = ProcessorTime.wall
        let found = try snapshot.spans(of: id)
        if pass == 1 { milliseconds.append(Double(ProcessorTime.wall - began) / 1e6) }
        guard !found.batch.isEmpty, !found.isPartial else { throw BenchmarkError.notFound("\(id)") }
      }
    }
    milliseconds.reportQuantiles("lookup", "trace by ID, in process", unit: "ms")
  }

  /// Over HTTP, one question after another on one connection.
  func ask(_ address: String) throws {
    let ids = try readIDs()
    let connection = try HTTPConnection(to: address)
    var milliseconds: [Double] = []
    for pass in 0..<2 {
      for id in ids {
        let began = ProcessorTime.wall
        let status = try connection.get("/api/spoor/v1/traces/\(id)").status
        if pass == 1 { milliseconds.append(Double(ProcessorTime.wall - began) / 1e6) }
        guard status == 200 else { throw BenchmarkError.badAnswer(status) }
      }
    }
    milliseconds.reportQuantiles("lookup", "trace by ID, over the API", unit: "ms")
  }

  private func readIDs() throws -> [TraceID] {
    let file = try DiskFileSystem().open(idFile, .read)
    let text = String(decoding: try file.read(at: 0, count: Int(try file.byteCount())), as: UTF8.self)
    let ids = text.split(separator: "\n").compactMap { TraceID(hex: String($0)) }
    guard !ids.isEmpty else { throw BenchmarkError.noFile(idFile) }
    return ids
  }

  @Sendable private static func now() -> Timestamp {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(unixNanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
