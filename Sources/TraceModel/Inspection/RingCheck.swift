/// What checking a ring came to.
package struct RingCheck: Hashable, Sendable {
  package enum Verdict: String, Sendable {
    case clean
    /// There is damage; no span that was acknowledged as durable is gone.
    case heals
    case lost
  }

  package var ring: RingFacts
  /// Every checksum was verified and every footer made again from its blocks.
  package var isDeep: Bool
  /// Looked at so far.
  package var slotCount = 0
  package var blockCount = 0
  package var spanCount: UInt64 = 0
  package var byteCount: UInt64 = 0
  /// In the order of the segments. Past `findingCountMax` they are only counted.
  package private(set) var findings: [RingFinding] = []
  package private(set) var healingCount = 0
  package private(set) var lossCount = 0
  /// Slots that a running collector gave to newer spans while they were looked at.
  package var overwrittenSlots: [UInt32] = []

  /// A ring in which more is damaged needs no longer list.
  package static let findingCountMax = 10_000

  package init(ring: RingFacts, isDeep: Bool) {
    self.ring = ring
    self.isDeep = isDeep
  }

  package mutating func add(_ finding: RingFinding) {
    switch finding.severity {
    case .heals: healingCount += 1
    case .lost: lossCount += 1
    }
    if findings.count < Self.findingCountMax { findings.append(finding) }
  }

  package var verdict: Verdict { lossCount > 0 ? .lost : healingCount > 0 ? .heals : .clean }

  /// What is known to be gone, of all findings that are listed. `isExact` unless some finding could not tell.
  package var lostSpans: (count: UInt64, isExact: Bool) {
    let losses = findings.filter { $0.severity == .lost }
    let count = losses.reduce(UInt64(0)) { $0 + ($1.loss?.spanCount ?? 0) }
    return (count, losses.count == lossCount && losses.allSatisfy { $0.loss?.spanCount != nil })
  }
}
