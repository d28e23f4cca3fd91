import TraceModel

/// The indexed ring of spans on disk, as its one writer has it: fixed in size, crash-safe, the oldest spans make room
/// for the newest. Belongs to one thread at a time; `catalog` is for all.
///
/// `append` then `sync` is a durable group commit: a span that was appended before `sync` returned is found again after
/// kill -9 and after a power loss, until the ring overwrites it.
package final class Ring {
  /// The `byteCount` of a batch of one span must not exceed this; refuse larger spans before they get here.
  package let spanByteCountMax: Int
  /// What opening found or did, for the log.
  package let notices: [RingNotice]
  package let catalog: RingCatalog

  private let folder: RingFolder
  private let now: () -> Timestamp
  private var core: RingCore
  private var lock: (any OpenFile)?
  private var slotFiles: [UInt32: any OpenFile] = [:]
  private var consecutiveFailures = 0

  init(_ opening: RingOpening, core: RingCore, slotFiles: [UInt32: any OpenFile], now: @escaping () -> Timestamp) {
    folder = opening.folder
    lock = opening.lock
    notices = opening.notices
    self.core = core
    self.slotFiles = slotFiles
    self.now = now
    spanByteCountMax = core.state.superblock.layout.spanByteCountMax
    catalog = RingCatalog(RingSnapshot(core.state, folder))
  }

  /// Stores spans in their order: joins small batches into blocks, spreads large ones over several. Once this returns
  /// they are in the catalog and survive the death of the process; `sync` makes them survive the machine's.
  /// - Throws: `.spanTooLarge` before anything is written. After any other error some of the spans may be stored; none
  ///   must be acknowledged, and all may be appended again.
  package func append(_ batches: [SpanBatch], receivedAt: Timestamp) throws(RingError) {
    try checkIsWritable()
    let superblock = core.state.superblock
    let drafts = try BlockPacker.pack(
      batches, receivedAt: receivedAt, layout: superblock.layout, key: superblock.hashKey)
    for draft in drafts {
      if core.mustSeal(before: draft) { try perform { $0.seal() } }
      if core.state.head == nil { try perform { $0.openSlot(now: now()) } }
      guard core.state.head != nil else { throw .readOnly }
      if core.needsNote { try perform { $0.note(now: now()) } }
      try perform { $0.write(draft) }
    }
  }

  /// Makes everything that was appended durable.
  /// - Throws: if that is uncertain. It is never tried again on the same slot: Linux reports a lost write once.
  package func sync() throws(RingError) {
    try checkIsWritable()
    try perform { $0.sync() }
    consecutiveFailures = 0
  }

  /// Makes everything durable and lets go of the lock. The slot in use stays open for the next time.
  package func close() throws(RingError) {
    guard lock != nil else { return }
    defer {
      slotFiles = [:]
      lock = nil
    }
    if core.hasUnsynced { try perform { $0.sync() } }
  }

  private func checkIsWritable() throws(RingError) {
    if lock == nil { throw .closed }
    if consecutiveFailures >= Limits.consecutiveFailureMax { throw .readOnly }
  }

  /// Takes a step of the core, makes it true on disk, then shows it. If the disk fails the step has not been taken, and
  /// the slot is left alone from then on.
  private func perform(_ step: (inout RingCore) -> [Effect]) throws(RingError) {
    var next = core
    let effects = step(&next)
    for effect in effects {
      do throws(RingError) {
        try folder.perform(effect, &slotFiles)
      } catch {
        slotFiles[effect.slot] = nil
        core.abandon(effect.slot)
        catalog.publish(core.state)
        consecutiveFailures += 1
        throw error
      }
    }
    core = next
    catalog.publish(core.state)
  }
}

extension Effect {
  var slot: UInt32 {
    switch self {
    case .write(let slot, _, _), .sync(let slot), .release(let slot): slot
    }
  }
}

extension RingFolder {
  /// Carries out one effect. A slot's file stays open from its first write to its release, so that no error of the
  /// system's delayed writing is lost between two openings.
  func perform(_ effect: Effect, _ slotFiles: inout [UInt32: any OpenFile]) throws(RingError) {
    do {
      switch effect {
      case .write(let slot, let offset, let bytes):
        try file(slot, &slotFiles).write(bytes, at: offset)
      case .sync(let slot):
        try file(slot, &slotFiles).syncData()
      case .release(let slot):
        slotFiles[slot] = nil
      }
    } catch { throw RingError(error) }
  }

  private func file(_ slot: UInt32, _ slotFiles: inout [UInt32: any OpenFile]) throws(FileError) -> any OpenFile {
    if let file = slotFiles[slot] { return file }
    let file = try files.open(slotPath(slot), .write)
    slotFiles[slot] = file
    return file
  }
}
