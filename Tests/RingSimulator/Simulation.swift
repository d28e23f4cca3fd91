import Glibc
import RingStore
import TraceModel

/// A random life of a small ring: appends, commits, stops, kills, power losses, failing and lying disks, laps, changes of
/// size, readers with old snapshots; everything follows from the seed. After each restart the ring is judged.
package struct Simulation {
  package let seed: UInt64
  /// What was done, for whoever looks for the cause of a failure.
  package var log: [String] { journal.lines }
  /// The first thing that was wrong.
  package private(set) var failure: String?

  private var random: SplitMix64
  private let clock = SimulatedClock()
  private var files = SimulatedFileSystem()
  private var ring: Ring?
  private var witness = Witness()
  private var expectation = Witness.Expectation.everything
  private var slots: UInt64
  private let jobs: Jobs?
  private var held: [RingSnapshot] = []
  private var lastRequest: ReceivedRequest?
  /// Taken without an error, to be durable after the next sync.
  private var appended: [Range<Int>] = []
  private let isVerbose: Bool
  private let journal = Journal()

  /// Where the ring puts jobs that wait for somebody to do them.
  private final class Jobs {
    var waiting: [SealJob] = []
  }

  private final class Journal {
    var lines: [String] = []
  }

  private struct Wrong: Error {
    var what: String
  }

  package init(seed: UInt64, isVerbose: Bool = false) {
    self.seed = seed
    self.isVerbose = isVerbose
    random = SplitMix64(state: seed)
    slots = UInt64(8 + random.below(5))
    witness.slotCountMin = Int(slots)
    jobs = random.oneIn(2) ? Jobs() : nil
  }

  package mutating func run() {
    do {
      try open()
      for _ in 0..<(10 + random.below(32)) { try step() }
      try restart(.stop)
    } catch let wrong as Wrong {
      failure = wrong.what
    } catch RingError.superblockDamaged where expectation == .noGarbage {
      note("the medium has lost both copies of the superblock, and the ring says so")
    } catch {
      failure = "\(error)"
    }
  }

  private func note(_ text: @autoclosure () -> String) {
    if isVerbose { journal.lines.append("\(files.operationCount): \(text())") }
  }

  // MARK: Steps

  private mutating func step() throws {
    switch random.below(100) {
    case ..<50: try commit()
    case ..<60: try append()
    case ..<66: try restart(.stop)
    case ..<72: try restart(.kill)
    case ..<78: try restart(.powerLoss)
    case ..<83: try die()
    case ..<88: try failOnce()
    case ..<90: try decay()
    case ..<93: finishJob()
    case ..<96: try read()
    default:
      let seconds = UInt64(random.below(40))
      note("\(seconds) seconds pass")
      clock.advance(seconds: seconds)
    }
    guard files.byteCount <= Scenario.capacity(slots: slots) else {
      throw Wrong(what: "\(files.byteCount) bytes on disk are too many")
    }
  }

  private mutating func makeBatches() -> [SpanBatch] {
    (0..<(1 + random.below(3))).map { _ in
      let isLarge = random.oneIn(6)
      return SpanBatch(
        (0..<(isLarge ? 1 + random.below(4) : 1 + random.below(12))).map { _ in
          witness.send(byteCount: random.below(isLarge ? 6500 : 300))
        })
    }
  }

  private mutating func append() throws {
    let first = witness.sizes.count
    let batches = makeBatches()
    note("append up to \(witness.sizes.count - 1)")
    do throws(RingError) {
      try ring?.append(batches, receivedAt: clock.now)
      appended.append(first..<witness.sizes.count)
    } catch {
      note("  \(error)")
    }
  }

  private mutating func commit() throws {
    let first = witness.sizes.count
    let batches = makeBatches()
    note("commit up to \(witness.sizes.count - 1)")
    if tryCommit(batches, from: first) { return }
    // A sender tries again. Once the disk works the ring takes spans within ten seconds (O8).
    files.heal()
    clock.advance(seconds: 10)
    note("  10 seconds later")
    guard tryCommit(batches, from: first) else { throw Wrong(what: "the ring does not recover from a failure") }
  }

  private mutating func tryCommit(_ batches: [SpanBatch], from first: Int) -> Bool {
    do throws(RingError) {
      guard let ring else { return false }
      let requests = batches.map { ReceivedRequest($0, fingerprint: Self.fingerprint($0, ring.requestHasher)) }
      try ring.append(requests, receivedAt: clock.now)
      try ring.sync()
      lastRequest = requests.last
      for numbers in appended { witness.acknowledge(numbers) }
      appended = []
      witness.acknowledge(first..<witness.sizes.count)
      return true
    } catch {
      note("  \(error)")
      return false
    }
  }

  /// Every request has spans of its own, so their IDs may stand for its body.
  private static func fingerprint(_ batch: SpanBatch, _ hasher: RequestHasher) -> RequestFingerprint {
    let body = batch.spanIDs.flatMap { id in (0..<8).map { UInt8(truncatingIfNeeded: id.rawValue >> UInt64(8 * $0)) } }
    return unsafe hasher.fingerprint(of: body.span.bytes)
  }

  /// The sender of the last request had no answer: it sends it again, to another process by now.
  private mutating func repeatLastRequest(to ring: Ring) throws {
    guard expectation == .everything, let request = lastRequest, request.batch.byteCount < 4096 else { return }
    note("the last request comes again")
    guard try ring.append([request], receivedAt: clock.now) == [true] else {
      throw Wrong(what: "a request that was acknowledged is stored again")
    }
  }

  private mutating func finishJob() {
    guard let jobs, let ring, !jobs.waiting.isEmpty else { return }
    let job = jobs.waiting.remove(at: random.below(jobs.waiting.count))
    note("seal segment \(job.number)")
    ring.finish(job.run())
  }

  /// One operation of the disk fails in the next few steps.
  private mutating func failOnce() throws {
    let fault: SimulatedDisk.Fault = random.oneIn(3) ? .partial(EIO) : .failure(random.oneIn(4) ? ENOSPC : EIO)
    let operation = files.operationCount + random.below(6)
    note("operation \(operation) will fail: \(fault)")
    files.inject(fault, atOperation: operation)
    witness.failureCount += 1
    for _ in 0..<3 { try commit() }
    files.heal()
  }

  /// The medium lies, or forgets what it had.
  private mutating func decay() throws {
    // Most runs keep an honest medium, of which more can be asked.
    guard seed % 4 == 0 else { return }
    expectation = .noGarbage
    let operation = files.operationCount + random.below(6)
    switch random.below(3) {
    case 0:
      note("operation \(operation) will lie")
      files.inject(.lie, atOperation: operation)
    case 1:
      note("operation \(operation) will go astray")
      files.inject(
        .misdirection(pages: random.below(16), inodes: random.below(4)), atOperation: operation)
    default:
      let path = "\(Scenario.path)/slots/00000\(random.below(8)).slot"
      let offset = UInt64(random.below(64 << 10))
      let old = files.bytes(path, at: offset, count: 1)
      note("a bit of \(path) flips at \(offset)")
      if let byte = old.first { files.overwrite(path, at: offset, with: [byte ^ 1 << UInt8(random.below(8))]) }
    }
  }

  // MARK: Readers

  private mutating func read() throws {
    guard let ring else { return }
    for snapshot in held { try check(held: snapshot) }
    if held.count > 1 { held.remove(at: random.below(held.count)) }
    held.append(ring.catalog.snapshot)
    // Another process, while this one goes on.
    let other = try RingSnapshot.reading(Scenario.path, files: files)
    try check(held: other)
  }

  /// A snapshot that may be out of date by now (O9).
  private mutating func check(held snapshot: RingSnapshot) throws {
    var numbers: [Int] = []
    for block in snapshot.blocks(overlapping: .all) {
      var wrong: String?
      do throws(RingError) {
        guard let batch = try snapshot.read(block) else { continue }
        wrong = witness.take(batch, into: &numbers, sampling: &random)
      } catch {
        // Blocks that were not durable go when their slot fails.
        guard case .damaged = error, expectation == .noGarbage || witness.failureCount > 0 else { throw error }
      }
      if let wrong { throw Wrong(what: "an old snapshot: \(wrong)") }
    }
  }

  // MARK: Ends

  private enum End: String {
    case stop, kill, powerLoss
  }

  /// The disk dies within the next steps, in the middle of whatever is going on.
  private mutating func die() throws {
    let operation = files.operationCount + random.below(12)
    note("the disk dies at operation \(operation)")
    files.die(atOperation: operation)
    for _ in 0..<(1 + random.below(4)) {
      let first = witness.sizes.count
      _ = tryCommit(makeBatches(), from: first)
      if random.oneIn(3) { finishJob() }
    }
    try restart(random.oneIn(4) ? .kill : .powerLoss)
  }

  private mutating func restart(_ end: End) throws {
    note("\(end.rawValue)")
    if end == .stop {
      do throws(RingError) {
        try ring?.close()
        for numbers in appended { witness.acknowledge(numbers) }
      } catch {
        note("  \(error)")
      }
    }
    ring = nil
    lose(end)
    if random.oneIn(8) {
      slots = UInt64(8 + random.below(5))
      witness.slotCountMin = min(witness.slotCountMin, Int(slots))
      note("now \(slots) slots")
    }
    // Recovery is cut short as well (O7).
    for _ in 0..<(random.oneIn(3) ? 1 + random.below(3) : 0) {
      let operation = random.below(16)
      note("recovery dies at operation \(operation)")
      files.die(atOperation: operation)
      do throws(RingError) {
        ring = try makeRing(files)
        note("  \(ring?.catalog.snapshot.slotMap ?? "")")
        let first = witness.sizes.count
        _ = tryCommit(makeBatches(), from: first)
      } catch {
        note("  \(error)")
      }
      ring = nil
      lose(random.oneIn(3) ? .kill : .powerLoss)
    }
    try open()
  }

  private mutating func lose(_ end: End) {
    held = []
    appended = []
    jobs?.waiting = []
    guard end == .powerLoss else {
      files = files.copy()
      return
    }
    let pendingCount = files.pendingCount
    let policies: [SimulatedDisk.Policy] = [
      .nothing, .everything, .prefix(), .subset, .subset, .withoutData, .single(random.below(pendingCount)),
      .torn(random.below(pendingCount)), .garbage(random.below(pendingCount)),
    ]
    let policy = policies[random.below(policies.count)]
    note("  keeping \(policy) of \(pendingCount) changes")
    files = files.crashed(keeping: policy, &random)
  }

  private func makeRing(_ files: SimulatedFileSystem) throws(RingError) -> Ring {
    let (clock, jobs) = (clock, jobs)
    var seal: ((SealJob) -> Void)?
    if let jobs { seal = { jobs.waiting.append($0) } }
    return try Scenario.open(files, slots: slots, now: { clock.now }, seal: seal)
  }

  private mutating func open() throws {
    let ring = try makeRing(files)
    self.ring = ring
    for notice in ring.notices { note("  \(notice)") }
    let snapshot = ring.catalog.snapshot
    note("  \(snapshot.slotMap)")
    if let wrong = witness.verdict(snapshot, expectation, sampling: &random) { throw Wrong(what: wrong) }
    if random.oneIn(3) { try repeatLastRequest(to: ring) }
    guard random.oneIn(3) else { return }
    let again = try makeRing(files.copy()).catalog.snapshot
    guard again.retention == snapshot.retention, again.blocks(overlapping: .all) == snapshot.blocks(overlapping: .all)
    else { throw Wrong(what: "a second recovery finds something else") }
  }
}
