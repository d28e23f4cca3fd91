import TraceModel

/// The indexed ring of spans on disk, as its one writer has it: fixed in size, crash-safe, the oldest spans make room
/// for the newest. Belongs to one thread at a time; `catalog` is for all.
///
/// `append` then `sync` is a durable group commit: a span that was appended before `sync` returned is found again after
/// kill -9 and after a power loss, until the ring overwrites it.
///
/// A write or sync that fails costs a slot, not the spans: they are still in memory and go to the next slot. When that
/// fails too the ring is read-only for ten seconds and says so, then tries again.
package final class Ring {
  /// The `byteCount` of a batch of one span must not exceed this; refuse larger spans before they get here.
  package let spanByteCountMax: Int
  /// What opening found or did, for the log.
  package let notices: [RingNotice]
  package let catalog: RingCatalog
  /// Tells requests apart.
  package let requestHasher: RequestHasher
  /// Annotates batches that are to be appended; the ring does it itself where nobody has.
  package let fold: (any SegmentFold)?

  private let folder: RingFolder
  private let now: () -> Timestamp
  private let seal: ((SealJob) -> Void)?
  private var core: RingCore
  private var packer: BlockPacker
  private var lock: (any OpenFile)?
  private var slotFiles: [UInt32: any OpenFile] = [:]
  private var failures = FailureRecord()
  private var log: RequestLog
  /// The segment for which a job has been handed out. One at a time, because a fold looks at the segments before.
  private var jobOut: UInt64?

  init(
    _ opening: RingOpening, core: RingCore, slotFiles: [UInt32: any OpenFile], now: @escaping () -> Timestamp,
    fold: (any SegmentFold)?, seal: ((SealJob) -> Void)?
  ) {
    self.fold = fold
    folder = opening.folder
    lock = opening.lock
    notices = opening.notices
    self.core = core
    self.slotFiles = slotFiles
    self.now = now
    self.seal = seal
    spanByteCountMax = core.state.superblock.layout.spanByteCountMax
    catalog = RingCatalog(RingSnapshot(core.state, folder))
    packer = BlockPacker(core.state.superblock.layout, core.state.superblock.hashKey)
    requestHasher = RequestHasher(core.state.superblock.hashKey)
    log = RequestLog(core.state, folder)
  }

  /// Stores spans in their order: joins small batches into blocks, spreads large ones over several. Once this returns
  /// they are in the catalog and survive the death of the process; `sync` makes them survive the machine's.
  /// - Throws: `.spanTooLarge` and `.readOnly` before anything is taken. After any other error the spans must not be
  ///   acknowledged; what was taken of them is stored as soon as the disk works again. Appending them once more is safe:
  ///   readers count a span once.
  /// - Returns: for each request whether it is stored already, or about to be: then it was not taken again. After the next
  ///   `sync` it may be acknowledged like the others.
  @discardableResult
  package func append(_ requests: [ReceivedRequest], receivedAt: Timestamp) throws(RingError) -> [Bool] {
    try checkIsWritable()
    var isRepeated: [Bool] = []
    var seen: Set<RequestFingerprint> = []
    for position in requests.indices {
      isRepeated.append(requests[position].fingerprint.map { isStored($0) || !seen.insert($0).inserted } ?? false)
    }
    let fresh = requests.indices.filter { !isRepeated[$0] }
    core.take(try packer.pack(annotated(requests), fresh, receivedAt: receivedAt))
    // From here on they are in memory, to be written now or when the disk works again.
    for position in fresh {
      requests[position].fingerprint.map { log.insert($0, segment: core.nextBlockSegmentMin) }
    }
    try write()
    if core.pendingByteCount > Limits.pendingByteCountMax { try sync() }
    return isRepeated
  }

  /// The same for spans of which nobody knows whether they came before.
  package func append(_ batches: [SpanBatch], receivedAt: Timestamp) throws(RingError) {
    try append(batches.map { ReceivedRequest($0) }, receivedAt: receivedAt)
  }

  private func isStored(_ fingerprint: RequestFingerprint) -> Bool {
    log.contains(fingerprint, oldestSegment: core.state.closed.first?.number ?? core.state.head?.number ?? 0)
  }

  /// Makes everything that was appended durable.
  /// - Throws: if that is uncertain. What was appended is not lost to this process; a later `sync` may succeed.
  package func sync() throws(RingError) {
    try checkIsWritable()
    while core.hasUnwritten || core.hasUnsynced {
      try write()
      try perform(core.sync())
    }
    failures.end()
  }

  /// Writes the footer that `job.run` has made of a segment. Nothing happens if the ring has let go of that meanwhile. A
  /// disk that fails here loses nothing: the segment stays readable, and the next opening makes its footer.
  package func finish(_ sealed: SealedSegment) {
    if jobOut == sealed.number { jobOut = nil }
    write(sealed)
    handOutJobs(to: seal)
  }

  private func write(_ sealed: SealedSegment) {
    guard canWrite else { return }
    do throws(RingError) {
      if try perform(core.seal(sealed)) { core.didSeal(sealed) }
    } catch {
      // The failure is on record, and whoever appends next is told.
    }
    catalog.publish(core.state)
  }

  /// Makes everything durable, marks that nothing has to be recovered, and lets go of the lock. The slot in use stays open
  /// for the next time.
  package func close() throws(RingError) {
    guard lock != nil else { return }
    defer {
      slotFiles = [:]
      lock = nil
    }
    try sync()
    do throws(RingError) {
      try perform(core.stop(now: now()))
    } catch {
      // Everything is durable. Without the mark the next opening looks for what a crash might have left, that is all.
    }
    if jobOut == nil { handOutJobs(to: nil) }  // else the next opening makes the footers
  }

  private func annotated(_ requests: [ReceivedRequest]) -> [ReceivedRequest] {
    guard let fold else { return requests }
    var requests = requests
    for position in requests.indices where !requests[position].batch.isAnnotated {
      // Stored all the same if that fails; a fold takes it as it is.
      do { try fold.annotate(&requests[position].batch) } catch { continue }
    }
    return requests
  }

  private var canWrite: Bool { lock != nil && failures.refusal(at: now()) == nil }

  private func checkIsWritable() throws(RingError) {
    if lock == nil { throw .closed }
    if let refusal = failures.refusal(at: now()) { throw refusal }
  }

  /// Has everything written that was taken, wherever it takes.
  private func write() throws(RingError) {
    while core.hasUnwritten {
      let effects = core.advance(now: now())
      guard !effects.isEmpty else { throw .noSlot(path: folder.slotsPath) }
      try perform(effects)
      handOutJobs(to: seal)
    }
  }

  /// Makes a step of the core true on disk, then shows it.
  /// - Returns: false if a slot failed; the core knows, and its next step says what to do instead.
  /// - Throws: if one too many has failed.
  @discardableResult
  private func perform(_ effects: [Effect]) throws(RingError) -> Bool {
    defer { catalog.publish(core.state) }
    for effect in effects {
      do throws(FileError) {
        try folder.perform(effect, &slotFiles)
      } catch {
        // Readers must not be shown pages that memory has and the disk does not.
        slotFiles.removeValue(forKey: effect.slot)?.dropCache()
        core.fail(effect.slot, isMissing: error.isMissing)
        if let refusal = failures.record(error, at: now()) { throw refusal }
        return false
      }
      core.confirm(effect)
    }
    return true
  }

  /// Has footers made of the segments that closed, in their order. When too many wait, because whoever takes the jobs
  /// cannot keep up, they get their indexes here and now and go without aggregates. While nothing can be written they
  /// wait: a job that comes back then would only be handed out again, over and over.
  private func handOutJobs(to seal: ((SealJob) -> Void)?) {
    let unsealed = core.unsealed
    for (position, (segment, endOffset)) in unsealed.enumerated() where segment.number != jobOut {
      guard canWrite else { return }
      let isUrgent = unsealed.count - position > Limits.sealJobCountMax
      if seal != nil && jobOut != nil && !isUrgent { return }
      let job = SealJob(
        segment: segment, endOffset: endOffset, snapshot: RingSnapshot(core.state, folder),
        fold: jobOut == nil ? fold : nil)
      if let seal, jobOut == nil {
        jobOut = segment.number
        seal(job)
      } else {
        write(job.run())
      }
    }
  }
}
