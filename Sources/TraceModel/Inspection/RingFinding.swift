/// Something that checking a ring found to be other than it was written.
package struct RingFinding: Hashable, Sendable {
  package enum Severity: String, CaseIterable, Sendable {
    /// No span that was acknowledged as durable is gone: the ring works around it, or makes it good at the next start.
    case heals
    /// Spans are gone.
    case lost
  }

  /// What is missing, as far as it can be told.
  package struct Loss: Hashable, Sendable {
    /// Numbers of the blocks, both included; a block's number is one more than that of the block before.
    package var sequences: ClosedRange<UInt64>?
    package var spanCount: UInt64?

    package init(sequences: ClosedRange<UInt64>? = nil, spanCount: UInt64? = nil) {
      self.sequences = sequences
      self.spanCount = spanCount
    }
  }

  package var severity: Severity
  /// In words: `superblock`, `slot file`, `slot header`, `block`, `trace index`, `trailer` and so on.
  package var part: String
  package var slot: UInt32?
  package var segment: UInt64?
  /// In the slot, or in the superblock's file; in bytes.
  package var offset: UInt64?
  package var reason: String
  /// Only where spans are gone.
  package var loss: Loss?

  package init(
    _ severity: Severity, _ part: String, slot: UInt32? = nil, segment: UInt64? = nil, offset: UInt64? = nil,
    reason: String, loss: Loss? = nil
  ) {
    self.severity = severity
    self.part = part
    self.slot = slot
    self.segment = segment
    self.offset = offset
    self.reason = reason
    self.loss = loss
  }
}
