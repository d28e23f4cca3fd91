import TraceModel

/// What a check came to, for people: a line a finding, and the verdict last.
package struct RingCheckText: Sendable {
  package private(set) var text = ""

  package init(_ check: RingCheck, style: TextStyle = .plain) {
    text = RingHeading(check.ring, style: style).text
    for finding in check.findings {
      text += style.paint(Self.line(finding), finding.severity == .lost ? .failed : nil) + "\n"
    }
    let unlisted = check.healingCount + check.lossCount - check.findings.count
    if unlisted > 0 { text += "and \(UInt64(unlisted).grouped) more\n" }
    if !check.overwrittenSlots.isEmpty {
      let count = UInt64(check.overwrittenSlots.count)
      text += style.paint("\(count.grouped("slot")) given to newer spans meanwhile, not checked", .quiet) + "\n"
    }
    text += "checked \(UInt64(check.slotCount).grouped("slot")), \(UInt64(check.blockCount).grouped("block")), "
    text += "\(check.spanCount.grouped("span")), \(check.byteCount.byteText)"
    text += check.isDeep ? "\n" : "; --deep reads everything\n"
    text += Self.verdict(check, style) + "\n"
  }

  private static func line(_ finding: RingFinding) -> String {
    var places: [String] = []
    if let slot = finding.slot { places.append("slot \(slot)") }
    if let segment = finding.segment { places.append("segment \(segment)") }
    if let offset = finding.offset { places.append("byte \(offset)") }
    let place = places.isEmpty ? "" : " in " + places.joined(separator: ", ")
    return "\(finding.severity == .lost ? "LOST" : "heals")  \(finding.part)\(place): "
      + VisibleText(finding.reason, graphemes: Limits.findingGraphemes).text + loss(finding.loss)
  }

  private static func loss(_ loss: RingFinding.Loss?) -> String {
    guard let loss else { return "" }
    var parts: [String] = []
    if let spanCount = loss.spanCount { parts.append(spanCount.grouped("span")) }
    if let sequences = loss.sequences {
      let isOne = sequences.lowerBound == sequences.upperBound
      parts.append(isOne ? "block \(sequences.lowerBound)" : "blocks \(sequences.lowerBound)–\(sequences.upperBound)")
    }
    return "; gone: " + (parts.isEmpty ? "unknown" : parts.joined(separator: " in "))
  }

  private static func verdict(_ check: RingCheck, _ style: TextStyle) -> String {
    switch check.verdict {
    case .clean:
      return "clean"
    case .heals:
      return "\(UInt64(check.healingCount).grouped("finding")); no span that was acknowledged as durable is gone"
    case .lost:
      let (count, isExact) = check.lostSpans
      let spans = isExact ? count.grouped("span") : count == 0 ? "spans" : "at least \(count.grouped("span"))"
      return style.paint("lost: \(spans) in \(UInt64(check.lossCount).grouped("place"))", .failed)
    }
  }
}
