import TraceModel

/// A ring's facts as JSON.
struct RingShape: Encodable {
  var id: String
  var format: String
  var capacityBytes: UInt64
  var slotCount: Int
  var slotBytes: UInt64
  var created: TimeShape

  enum CodingKeys: String, CodingKey {
    case id, format
    case capacityBytes = "capacity_bytes"
    case slotCount = "slot_count"
    case slotBytes = "slot_bytes"
    case created
  }

  init(_ ring: RingFacts) {
    id = ring.id
    format = "\(ring.formatMajor).\(ring.formatMinor)"
    capacityBytes = ring.capacityByteCount
    slotCount = ring.slotCount
    slotBytes = ring.slotByteCount
    created = TimeShape(ring.createdAt)
  }
}
