import TraceModel

/// Follows the numbers of blocks from segment to segment, and tells which are missing between two of them.
struct SequenceChain {
  private var last: (segment: UInt64, end: Progress)?

  /// - Returns: what is gone between the segment before and this one, which lies in `slot`.
  mutating func follow(_ segment: Segment, _ examined: SlotExamination) -> RingFinding? {
    defer { last = examined.end.map { (segment.number, $0) } }
    guard let last, let beginning = examined.beginning else { return nil }
    let missing = last.end.lastSequence + 1
    guard beginning.sequence > missing, beginning.previousChecksum != last.end.lastChecksum else { return nil }
    let sequences = missing...beginning.sequence - 1
    let wasDurable = examined.durableSequence >= missing
    return RingFinding(
      wasDurable ? .lost : .heals, "block", segment: segment.number,
      reason: "blocks between segments \(last.segment) and \(segment.number) are nowhere"
        + (wasDurable ? "" : "; nothing says that they had reached the disk"),
      loss: wasDurable ? RingFinding.Loss(sequences: sequences) : nil)
  }

  /// What comes next is not compared with what came before.
  mutating func interrupt() { last = nil }
}
