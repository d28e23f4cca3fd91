import OTLPCodec
import RingStore
import TraceLinking
import TraceModel

/// What storing spans costs, part by part, in the shapes in which they come.
struct WriteBenchmark {
  let folder: String
  let spanCount: Int

  func run() throws {
    reportWorkload()
    // Eight requests of 512 spans make one block; each commit is one.
    let shape = Shape(name: "full blocks", spansARequest: 512, requestsACommit: 8)
    let bare = try shape.write(spanCount, in: folder, fold: nil)
    let full = try shape.write(spanCount, in: folder)
    full.report(shape.name, without: bare)
    try Shape(name: "512 a commit", spansARequest: 512, requestsACommit: 1).write(spanCount / 4, in: folder)
      .report("512 a commit")
    // 100 requests of 10 spans a second, of which a commit gathers what comes in 20 ms; ten seconds of that.
    try Shape(name: "trickle", spansARequest: 10, requestsACommit: 2).write(10_000, in: folder).report("trickle")
    try Floors(folder: folder, byteCount: full.blockBytes, spanCount: full.spanCount).run()
  }

  /// What linking alone costs: the fastest of several times, since others on the machine slow down what goes through as much
  /// memory as this most of all.
  func runFold() throws {
    let shape = Shape(name: "fold", spansARequest: 512, requestsACommit: 8)
    let bare = try shape.write(spanCount, in: folder, fold: nil)
    var fastest = try shape.write(spanCount, in: folder)
    for _ in 0..<4 {
      let next = try shape.write(spanCount, in: folder)
      (fastest.annotating, fastest.sealing) = (
        min(fastest.annotating, next.annotating), min(fastest.sealing, next.sealing)
      )
    }
    fastest.reportFold("pairing", without: bare)
  }

  private func reportWorkload() {
    var workload = Workload(seed: 1)
    let requests = (0..<20).map { _ in workload.request() }
    let bytes = requests.reduce(0) { $0 + RequestEncoder.encode($1).count }
    let spans = requests.reduce(0) { $0 + $1.count }
    Figure(part: "workload", name: "as OTLP", value: Double(bytes) / Double(spans), unit: "B/span").report()
  }
}

/// A way in which spans reach the committer.
struct Shape {
  var name: String
  var spansARequest: Int
  var requestsACommit: Int

  /// Generated in parts of this many spans, outside of what is measured.
  private static let partSpanCount = 65_536

  /// - Parameter fold: makes the figures of segments; nil to know what all else costs.
  func write(
    _ spanCount: Int, in folder: String, fold: (any SegmentFold)? = ServiceMapFold()
  ) throws -> WritingCosts {
    var total = WritingCosts()
    let files = MeteredFiles()
    let jobs = Jobs()
    let ringFolder = "\(folder)/\(name.split(separator: " ").joined(separator: "-"))\(fold == nil ? "-bare" : "")"
    let ring = try Ring.open(
      ringFolder, capacity: Self.capacity(spanCount), files: files, now: { Self.receivedAt }, fold: fold,
      seal: { jobs.waiting.append($0) })
    try warmSlots(of: ringFolder, for: spanCount)
    var workload = Workload(seed: 7)
    var decoder = RequestDecoder()
    while total.spanCount < spanCount {
      var commits: [[SpanBatch]] = []
      var generated = 0
      while generated < min(Self.partSpanCount, spanCount - total.spanCount) {
        // Through the decoder, which leaves them as the collector's committer gets them.
        commits.append(
          try (0..<requestsACommit).map { _ in
            try decoder.decode(RequestEncoder.encode(workload.request(spanCount: spansARequest))).batch
          })
        generated += spansARequest * requestsACommit
      }
      for commit in commits { try store(commit, ring, files.meter, jobs, fold, &total) }
      total.spanCount += generated
    }
    try ring.close()
    return total
  }

  private static let receivedAt = Timestamp(unixNanoseconds: 1_795_000_000_000_000_000)

  /// Spans are annotated here, as the ring would do it, to know what that costs.
  private func store(
    _ commit: [SpanBatch], _ ring: Ring, _ meter: MeteredFiles.Meter, _ jobs: Jobs, _ fold: (any SegmentFold)?,
    _ total: inout WritingCosts
  ) throws {
    var commit = commit
    if let fold {
      total.annotating += try ProcessorTime.spent {
        for index in commit.indices { try fold.annotate(&commit[index]) }
      }
    }
    let before = meter.reading
    let all = try ProcessorTime.spent {
      try ring.append(commit, receivedAt: Self.receivedAt)
      try ring.sync()
    }
    let after = meter.reading
    let (writing, syncing) = (after.writing - before.writing, after.syncing - before.syncing)
    total.encoding += all - writing - syncing
    total.writing += writing
    total.syncing += syncing
    total.blockBytes += after.bytesWritten - before.bytesWritten
    total.syncs += after.syncs - before.syncs
    guard !jobs.waiting.isEmpty else { return }
    total.sealing += ProcessorTime.spent {
      for job in jobs.waiting { ring.finish(job.run()) }
    }
    total.seals += jobs.waiting.count
    jobs.waiting = []
    total.footerBytes += meter.reading.bytesWritten - after.bytesWritten
  }

  /// So large that nothing is overwritten, and that slots are not smaller than in any ring of use.
  static func capacity(_ spanCount: Int) -> UInt64 {
    max(1 << 30, UInt64(spanCount) * 400)
  }

  /// Writes zeros over the slots that are to be used: all but the first lap of a ring goes over pages that have been
  /// written before, and making the page cache find room for new ones would be half of what is measured.
  private func warmSlots(of ringFolder: String, for spanCount: Int) throws {
    let disk = DiskFileSystem()
    let zeros = [UInt8](repeating: 0, count: 1 << 20)
    var rest = spanCount * 450 + 64 << 20
    for slot in try disk.list(ringFolder + "/slots") where rest > 0 {
      let file = try disk.open("\(ringFolder)/slots/\(slot)", .write)
      let byteCount = Int(try file.byteCount())
      for offset in stride(from: 0, to: byteCount, by: zeros.count) { try file.write(zeros, at: UInt64(offset)) }
      try file.syncData()
      rest -= byteCount
    }
  }

  private final class Jobs {
    var waiting: [SealJob] = []
  }
}
