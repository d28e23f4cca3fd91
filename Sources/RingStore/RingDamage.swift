/// Something on disk that is not what was written: found, isolated, and told.
package struct RingDamage: Error, Hashable, Sendable {
  package var slot: UInt32
  /// The segment that lived there, if it is known.
  package var segment: UInt64?
  /// Where in the slot, in bytes.
  package var offset: UInt64
  package var part: Part
  package var reason: String

  package enum Part: String, Hashable, Sendable {
    case slotHeader = "slot header"
    case block
    case traceIndex = "trace index"
    case traceFilter = "trace filter"
    case attributeFilter = "attribute filter"
    case blockDirectory = "block directory"
    case aggregates
  }

  package init(slot: UInt32, segment: UInt64?, offset: UInt64, part: Part, reason: String) {
    self.slot = slot
    self.segment = segment
    self.offset = offset
    self.part = part
    self.reason = reason
  }

  /// Whether spans are gone. Everything else the ring makes good by itself.
  package var losesSpans: Bool { part == .block }
}

extension RingDamage: CustomStringConvertible {
  package var description: String {
    let place = "slot \(slot) at byte \(offset)"
    let whose = segment.map { ", segment \($0)" } ?? ""
    return "damaged \(part.rawValue) in \(place)\(whose): \(reason)"
  }
}
