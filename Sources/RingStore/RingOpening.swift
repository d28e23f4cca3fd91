import TraceModel

/// The steps from a folder's name to a ring that takes spans. Each may be cut short by a crash; the next opening then
/// finds either the old state or the new one.
struct RingOpening {
  let folder: RingFolder
  /// Of a new ring; nil as its capacity says.
  private let slotByteCount: UInt64?
  private(set) var lock: (any OpenFile)?
  private(set) var notices: [RingNotice] = []

  init(_ folder: RingFolder, slotByteCount: UInt64?) {
    self.folder = folder
    self.slotByteCount = slotByteCount
  }

  private var capacityMin: UInt64 { slotByteCount == nil ? Limits.capacityMin : 0 }

  /// Makes sure that the folder is a ring or may become one, and locks it.
  mutating func enter(capacity: UInt64?) throws(RingError) {
    if let capacity, capacity < capacityMin { throw .capacityTooSmall(bytes: capacity, minimum: capacityMin) }
    let names: [String]
    do {
      try folder.files.createDirectory(folder.path)
      names = try folder.files.list(folder.path)
    } catch { throw RingError(error) }
    let ours = [RingFolder.superblockName, RingFolder.newSuperblockName, RingFolder.lockName]
    if !names.contains(RingFolder.superblockName), let foreign = names.first(where: { !ours.contains($0) }) {
      throw .foreignFolder(path: folder.path, holding: foreign)
    }
    do {
      lock = try folder.files.lock(folder.lockPath)
    } catch {
      if error.operation == .lock && error.isLocked { throw .locked(path: folder.path, holder: lockHolder()) }
      throw RingError(error)
    }
  }

  private func lockHolder() -> String? {
    do {
      let text = try folder.files.open(folder.lockPath, .read).read(at: 0, count: 32).prefix { $0 != 10 }
      return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
    } catch {
      return nil
    }
  }

  /// The superblock that is there, or a new one with slots to be made.
  mutating func superblock(
    capacity: UInt64?, createdAt: Timestamp, entropy: () -> UInt64
  ) throws(RingError) -> Superblock {
    if let (superblock, isWhole) = try folder.superblock() {
      guard superblock.compatibleFlags == 0 else {
        throw .newerFormat(path: folder.superblockPath, major: superblock.major, minor: superblock.minor)
      }
      if !isWhole {
        try folder.write(superblock)
        notices.append(.superblockCopyRepaired)
      }
      return superblock
    }
    let capacity = capacity ?? Limits.capacityDefault
    let layout = slotByteCount.map(SlotLayout.init(slotByteCount:)) ?? SlotLayout.forCapacity(capacity)
    let superblock = Superblock(
      ring: RingID(high: entropy(), low: entropy()), hashKey: HashKey(high: entropy(), low: entropy()),
      layout: layout, slotCount: try layout.slotCount(forCapacity: capacity, atLeast: capacityMin),
      createdAt: createdAt,
      capacity: capacity)
    try checkSpace(for: UInt64(superblock.slotCount) * layout.slotByteCount)
    try folder.write(superblock)
    notices.append(
      .created(capacity: capacity, slotCount: superblock.slotCount, slotByteCount: layout.slotByteCount))
    return superblock
  }

  /// Makes the files fit `superblock`, and both fit the wanted capacity. Growing makes the files first, shrinking writes
  /// the superblock first: a crash between leaves files too many, which the next opening removes.
  mutating func resize(_ image: inout RingImage, capacity: UInt64?) throws(RingError) {
    let old = image.superblock
    var new = old
    if let capacity {
      new.capacity = capacity
      new.slotCount = try old.layout.slotCount(forCapacity: capacity, atLeast: capacityMin)
    }
    if new.slotCount < old.slotCount { try folder.write(new) }
    try addSlots(to: &image, upTo: new.slotCount, restoring: old.slotCount)
    try syncNames()
    let dropped = try removeSlots(from: &image, downTo: new.slotCount)
    if new != old && new.slotCount >= old.slotCount { try folder.write(new) }
    if new.slotCount > old.slotCount { notices.append(.grew(from: old.capacity, to: new.capacity)) }
    if new.slotCount < old.slotCount {
      notices.append(.shrank(from: old.capacity, to: new.capacity, droppedSpanCount: dropped))
    }
    image.superblock = new
  }

  private mutating func addSlots(
    to image: inout RingImage, upTo count: UInt32, restoring oldCount: UInt32
  ) throws(RingError) {
    var present = Set(image.slots)
    var added: [UInt32] = []
    var candidate: UInt32 = 0
    while present.count < Int(count) {
      if present.insert(candidate).inserted { added.append(candidate) }
      candidate += 1
    }
    guard !added.isEmpty || !image.shortSlots.isEmpty else { return }
    let byteCount = image.superblock.layout.slotByteCount
    try checkSpace(for: UInt64(added.count + image.shortSlots.count) * byteCount)
    do {
      try folder.files.createDirectory(folder.slotsPath)
      for slot in added + image.shortSlots {
        try folder.files.open(folder.slotPath(slot), .create).allocate(byteCount: byteCount)
      }
    } catch {
      if error.isNoSpace { try checkSpace(for: .max) }
      throw RingError(error)
    }
    let isNew = notices.contains { if case .created = $0 { true } else { false } }
    let restored = image.shortSlots + added.prefix(max(0, Int(oldCount) - image.slots.count))
    if !isNew && !restored.isEmpty { notices.append(.slotsRestored(restored.sorted())) }
    image.freeSlots += added
    image.slots = present.sorted()
  }

  /// Free slots go first, then those of the oldest segments. Returns how many spans went with them.
  private func removeSlots(from image: inout RingImage, downTo count: UInt32) throws(RingError) -> UInt64 {
    guard image.slots.count > Int(count) else { return 0 }
    var dropped: UInt64 = 0
    do {
      while image.slots.count > Int(count) {
        let slot: UInt32
        if let free = image.freeSlots.popLast() {
          slot = free
        } else {
          let oldest = image.segments.removeFirst()
          (slot, dropped) = (oldest.slot, dropped + oldest.summary.spanCount)
        }
        image.slots.removeAll { $0 == slot }
        try folder.files.remove(folder.slotPath(slot))
      }
      try folder.files.syncDirectory(folder.slotsPath)
    } catch { throw RingError(error) }
    return dropped
  }

  /// Makes the names of all files durable, also of those that a process before this one made and had no time to sync.
  private func syncNames() throws(RingError) {
    do {
      try folder.files.syncDirectory(folder.slotsPath)
      try folder.files.syncDirectory(folder.path)
    } catch { throw RingError(error) }
  }

  private func checkSpace(for needed: UInt64) throws(RingError) {
    let free: UInt64
    do { free = try folder.files.freeByteCount(at: folder.path) } catch { throw RingError(error) }
    if free < needed { throw .notEnoughSpace(path: folder.path, needed: needed, missing: needed - free) }
  }

  /// Makes what the scan found durable, and gives footers to segments that were left without.
  mutating func seal(
    _ core: inout RingCore, _ slotFiles: inout [UInt32: any OpenFile], _ fold: (any SegmentFold)?
  ) throws(RingError) {
    if let head = core.state.head {
      do throws(FileError) {
        try folder.perform(.sync(slot: head.slot), &slotFiles)
      } catch {
        // The system tells of a lost write once. The next opening must not find in memory what the disk does not hold.
        slotFiles[head.slot]?.dropCache()
        throw RingError(error)
      }
    }
    for (segment, endOffset) in core.unsealed {
      let sealed = SealJob(
        segment: segment, endOffset: endOffset, snapshot: RingSnapshot(core.state, folder), fold: fold
      ).run()
      do throws(FileError) {
        for effect in core.seal(sealed) { try folder.perform(effect, &slotFiles) }
        core.didSeal(sealed)
      } catch {
        slotFiles.removeValue(forKey: segment.slot)?.dropCache()
        core.fail(segment.slot, isMissing: error.isMissing)
        notices.append(.sealFailed(slot: segment.slot, RingError(error)))
      }
    }
  }

  mutating func note(_ found: [RingNotice]) { notices += found }
}

extension SlotLayout {
  /// - Throws: if the capacity is too small or too large for slots of this size.
  func slotCount(forCapacity capacity: UInt64, atLeast capacityMin: UInt64) throws(RingError) -> UInt32 {
    let minimum = max(capacityMin, Limits.slotCountMin * slotByteCount + Limits.fixedByteCount)
    guard capacity >= minimum else { throw .capacityTooSmall(bytes: capacity, minimum: minimum) }
    let count = (capacity - Limits.fixedByteCount) / slotByteCount
    guard count <= Limits.slotCountMax else {
      throw .capacityTooLarge(bytes: capacity, maximum: Limits.slotCountMax * slotByteCount)
    }
    return UInt32(count)
  }
}
