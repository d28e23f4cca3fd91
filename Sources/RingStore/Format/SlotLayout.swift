/// How a capacity is cut into slots, and a slot into parts.
///
///     0            slot header
///     4 KiB        blocks, appended ...
///     ...          footer sections, once the slot is sealed
///     size - 4 KiB trailer, written last
struct SlotLayout: Equatable, Sendable {
  var slotByteCount: UInt64

  static func forCapacity(_ capacity: UInt64) -> SlotLayout {
    let powerOfTwo = { (count: UInt64) in UInt64(1) << (63 - UInt64(max(count, 1).leadingZeroBitCount)) }
    if capacity < 2 << 30 { return SlotLayout(slotByteCount: powerOfTwo(capacity / 64)) }
    return SlotLayout(slotByteCount: min(max(powerOfTwo(capacity / 512), 32 << 20), 1 << 30))
  }

  /// Users get no slots below 512 KiB; tests take smaller ones to lap often.
  static let slotByteCountMin = UInt64(64 << 10)
  static let slotByteCountMax = UInt64(1 << 30)

  var isValid: Bool {
    (Self.slotByteCountMin...Self.slotByteCountMax).contains(slotByteCount)
      && slotByteCount & (slotByteCount - 1) == 0
  }

  let firstBlockOffset = UInt64(Limits.pageByteCount)
  var trailerOffset: UInt64 { slotByteCount - UInt64(Limits.pageByteCount) }
  var blockByteCountMax: Int { min(Limits.blockByteCountMax, Int(slotByteCount / 8)) }
  var blockRawByteCountTarget: Int { min(Limits.blockRawByteCountTarget, 2 * blockByteCountMax) }
  /// A filter of this size serves ten times the tokens that spans have as a rule.
  var attributeFilterByteCountMax: Int { Int(slotByteCount / 16) }
  /// Kept free for what a fold says of a segment. It may use what is left of the slot besides. A system's services, edges
  /// and span names take no less room in a small slot, where they were seen to need 30 KiB; slots below 512 KiB are for
  /// tests.
  var aggregateReserve: Int {
    let leastByteCount = slotByteCount < 512 << 10 ? 0 : 24 << 10
    return Int(slotByteCount / 16).roundedUpToPage + leastByteCount + AggregateSections.overheadByteCount
  }
  var spanByteCountMax: Int { blockByteCountMax - Limits.blockOverheadByteCount }

  init(slotByteCount: UInt64) {
    self.slotByteCount = slotByteCount
  }
}

extension Int {
  /// The next boundary of a page at or behind this.
  var roundedUpToPage: Int { (self + Limits.pageByteCount - 1) / Limits.pageByteCount * Limits.pageByteCount }
}
