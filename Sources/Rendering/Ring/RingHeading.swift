import TraceModel

/// The line about a ring as a whole.
struct RingHeading {
  let text: String

  init(_ ring: RingFacts, style: TextStyle) {
    let line =
      "ring \(ring.id)  format \(ring.formatMajor).\(ring.formatMinor)  \(ring.capacityByteCount.byteText) in "
      + "\(UInt64(clamping: ring.slotCount).grouped("slot")) of \(ring.slotByteCount.byteText)  "
      + "made \(ring.createdAt.text) UTC"
    text = style.paint(line, .strong) + "\n"
  }
}
