import TraceModel

/// A block for people: a line about it, and a line a section.
package struct BlockText: Sendable {
  package private(set) var text: String

  package init(_ block: BlockFacts, style: TextStyle = .plain) {
    let size = UInt64(clamping: block.byteCount)
    let line =
      "block \(block.sequence)  slot \(block.slot)  segment \(block.segment)  byte \(block.offset)  \(block.kind)  "
      + "\(size.byteText)  run \(block.incarnation)  durable to \(block.durableSequence)  "
      + "received \(block.receivedAt.description)"
    text = style.paint(line, .strong) + "\n"
    guard block.spanCount > 0 else { return }
    text +=
      "  \(block.spanCount.grouped("span")), ended \(block.earliestEnd.description) to \(block.latestEnd.description)"
    text += ", \((Double(block.byteCount) / Double(block.spanCount)).bytesASpanText) bytes a span\n"
    var table = TextTable([
      ("  ID", .right), ("SECTION", .left), ("CODEC", .left), ("OFFSET", .right), ("BYTES", .right), ("RAW", .right),
      ("B/SPAN", .right),
    ])
    for section in block.sections {
      table.add([
        "  \(section.id)", section.name ?? "unknown", section.codec, UInt64(section.offset).grouped,
        UInt64(section.storedByteCount).grouped, UInt64(section.rawByteCount).grouped,
        (Double(section.storedByteCount) / Double(block.spanCount)).bytesASpanText,
      ])
    }
    text += table.text(style: style)
  }
}
