import TraceModel

/// A ring for people: a line about the whole, a line a slot, a line of totals. Free slots that follow each other share
/// a line.
package struct RingTable: Sendable {
  package private(set) var text = ""

  /// - Parameter bars: how full each slot is, as a bar too.
  package init(_ listing: RingListing, style: TextStyle = .plain, bars: Bool = false) {
    text = RingHeading(listing.ring, style: style).text
    var table = TextTable([
      ("SLOT", .right), ("SEGMENT", .right), ("STATE", .left), ("SPANS", .right), ("BLOCKS", .right), ("USED", .right),
      ("FULL", .right), (bars ? "FILL" : "", .left), ("B/SPAN", .right), ("ARRIVED FROM (UTC)", .left),
      ("TO", .left), ("ENDED FROM", .left), ("TO", .left), ("RUN", .right),
    ])
    let slots = listing.slots
    var position = 0
    while position < slots.count {
      let slot = slots[position]
      let last = Self.endOfFree(slots, from: position)
      if last > position {
        table.add(Self.row("\(slot.slot)–\(slots[last].slot)", ["", "free ×\(last - position + 1)"]), .quiet)
      } else {
        table.add(Self.row(slot, of: listing.ring.slotByteCount, bars: bars), Self.ink(slot.state))
      }
      position = last + 1
    }
    text += table.text(style: style) + Self.totals(listing)
  }

  /// The last of the free slots that begin at `start`; `start` itself if it is not free.
  private static func endOfFree(_ slots: [SlotFacts], from start: Int) -> Int {
    var end = start
    while slots[start].state == .free, end + 1 < slots.count, slots[end + 1].state == .free,
      slots[end + 1].slot == slots[end].slot + 1
    { end += 1 }
    return end
  }

  private static let columnCount = 14

  private static func row(_ first: String, _ cells: [String]) -> [String] {
    [first] + cells + [String](repeating: "", count: columnCount - 1 - cells.count)
  }

  private static func row(_ slot: SlotFacts, of slotByteCount: UInt64, bars: Bool) -> [String] {
    guard let segment = slot.segment else { return row("\(slot.slot)", ["", "\(slot.state)"]) }
    let share = slotByteCount == 0 ? 0 : Double(slot.usedByteCount) / Double(slotByteCount)
    return [
      "\(slot.slot)", "\(segment)", "\(slot.state)", slot.spanCount.grouped, UInt64(slot.blockCount).grouped,
      slot.usedByteCount.byteText, "\(Share(share, of: 1))", bars ? Bar.share(share, columns: 10) : "",
      slot.bytesASpan?.bytesASpanText ?? "–", slot.oldestArrival?.text ?? "–", slot.newestArrival?.text ?? "–",
      slot.earliestEnd?.text ?? "–", slot.latestEnd?.text ?? "–", slot.incarnation.map { "\($0)" } ?? "–",
    ]
  }

  private static func ink(_ state: SlotFacts.State) -> Ink? {
    switch state {
    case .free: .quiet
    case .head: .strong
    case .sealed, .unsealed: nil
    case .damaged, .unreadable: .failed
    }
  }

  private static func totals(_ listing: RingListing) -> String {
    let used = listing.slots.filter { $0.segment != nil }.count
    guard let bytesASpan = listing.bytesASpan else { return "no spans in \(UInt64(used).grouped("slot"))\n" }
    return "\(listing.spanCount.grouped("span")) in \(UInt64(used).grouped("slot")), "
      + "\(listing.usedByteCount.byteText), \(bytesASpan.bytesASpanText) bytes a span\n"
  }
}
