import FoundationEssentials
import TraceModel

/// What looking into a ring's files tells, as JSON (JSON.md of this room's catalogue).
package enum RingJSON {
  package static func encode(_ listing: RingListing) -> [UInt8] { AnswerJSON.bytes(of: RingListingShape(listing)) }

  package static func encode(_ check: RingCheck) -> [UInt8] { AnswerJSON.bytes(of: RingCheckShape(check)) }

  /// One line: a dump is as many as the ring has blocks.
  package static func line(_ block: BlockFacts) -> [UInt8] { AnswerJSON.line(of: BlockShape(block: block)) }

  /// One line, in place of a block that cannot be read.
  package static func line(damageIn slot: UInt32, segment: UInt64?, offset: UInt64, reason: String) -> [UInt8] {
    AnswerJSON.line(of: UnreadableBlockShape(slot: slot, segment: segment, offset: offset, damage: reason))
  }
}
