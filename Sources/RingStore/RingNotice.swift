/// What opening a ring found or did, for the log.
package enum RingNotice: Equatable, Sendable {
  case created(capacity: UInt64, slotCount: UInt32, slotByteCount: UInt64)
  /// What the unsealed slots held.
  case recovered(blockCount: Int, spanCount: UInt64)
  /// The last write before a crash was cut short; nothing of it had been acknowledged as durable.
  case tornTail(slot: UInt32, offset: UInt64)
  /// Blocks that never reached the disk, before others that did; none of them had been acknowledged as durable.
  case unsyncedBlocks(slot: UInt32, offset: UInt64)
  case grew(from: UInt64, to: UInt64)
  case shrank(from: UInt64, to: UInt64, droppedSpanCount: UInt64)
  case superblockCopyRepaired
  /// Slot files that were gone or too short have been made again.
  case slotsRestored([UInt32])
  /// A footer could not be written; the segment stays readable and will be scanned again next time.
  case sealFailed(slot: UInt32, RingError)
  case damage(RingDamage)
}

extension RingNotice: CustomStringConvertible {
  package var description: String {
    switch self {
    case .created(let capacity, let slotCount, let slotByteCount):
      "made a new ring of \(ByteCount(capacity)): \(slotCount) slots of \(ByteCount(slotByteCount))"
    case .recovered(let blockCount, let spanCount):
      "recovered \(spanCount) spans in \(blockCount) blocks from unsealed slots"
    case .tornTail(let slot, let offset):
      "slot \(slot) ends in a torn write at byte \(offset), never acknowledged as durable; it is left out"
    case .unsyncedBlocks(let slot, let offset):
      "slot \(slot) misses blocks at byte \(offset) that were never acknowledged as durable"
    case .grew(let from, let to):
      "the ring grew from \(ByteCount(from)) to \(ByteCount(to))"
    case .shrank(let from, let to, let dropped):
      "the ring shrank from \(ByteCount(from)) to \(ByteCount(to)) and let go of its oldest \(dropped) spans"
    case .superblockCopyRepaired:
      "one copy of the superblock was damaged and has been written again"
    case .slotsRestored(let slots):
      slots.count == 1
        ? "slot file \(Self.list(slots)) was missing or too short and has been made again"
        : "slot files \(Self.list(slots)) were missing or too short and have been made again"
    case .sealFailed(let slot, let error):
      "slot \(slot) could not be sealed: \(error)"
    case .damage(let damage):
      damage.description
    }
  }

  /// The first eight, and how many more.
  private static func list(_ slots: [UInt32]) -> String {
    let first = slots.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return slots.count <= 8 ? first : "\(first) and \(slots.count - 8) more"
  }
}
