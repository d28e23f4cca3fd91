import TraceModel

extension Ring {
  /// Opens the ring in a folder for writing, or begins a new one there, and recovers whatever a crash left.
  ///
  /// - Parameters:
  ///   - directory: made if it is missing; refused if it holds anything that is not a ring.
  ///   - capacity: bytes on disk, at least 32 MiB. Nil keeps what the ring has; a new ring takes 10 GiB. A ring grows or
  ///     shrinks to it, in whole slots of the size it was begun with; shrinking lets go of the oldest spans.
  ///   - slotByteCount: for tests: the size of a new ring's slots, a power of two from 64 KiB to 1 GiB. `capacity` may
  ///     then be as little as nine of them.
  ///   - now: the time, for what bears a time of its own, and for pauses after failures.
  ///   - entropy: random bits for the name and the secret key of a new ring.
  ///   - fold: makes the figures that a segment's footer holds. Without it every question reads blocks.
  ///   - seal: takes a job whenever a slot is full, to be run anywhere and handed back to `finish`. It is called inside of
  ///     `append`, so it must not call the ring. Without it the ring does the work itself, there and then.
  package static func open(
    _ directory: String, capacity: UInt64?, slotByteCount: UInt64? = nil, files: any FileSystem,
    now: @escaping () -> Timestamp, entropy: () -> UInt64 = { UInt64.random(in: .min ... .max) },
    fold: (any SegmentFold)? = nil, seal: ((SealJob) -> Void)? = nil
  ) throws(RingError) -> Ring {
    var opening = RingOpening(RingFolder(directory, files: files), slotByteCount: slotByteCount)
    try opening.enter(capacity: capacity)
    let superblock = try opening.superblock(capacity: capacity, createdAt: now(), entropy: entropy)
    var image = try RingImage(opening.folder, superblock)
    try opening.resize(&image, capacity: capacity)
    opening.note(image.notices)
    var core = RingCore(image)
    var slotFiles: [UInt32: any OpenFile] = [:]
    try opening.seal(&core, &slotFiles, fold)
    return Ring(opening, core: core, slotFiles: slotFiles, now: now, fold: fold, seal: seal)
  }
}
