import TraceModel

/// What a check came to, as JSON.
struct RingCheckShape: Encodable {
  var ring: RingShape
  var deep: Bool
  var verdict: String
  var checked: Checked
  var findings: [FindingShape]
  var findingCount: Int
  var lost: Lost?
  var overwrittenMeanwhile: [UInt32]

  enum CodingKeys: String, CodingKey {
    case ring, deep, verdict, checked, findings
    case findingCount = "finding_count"
    case lost
    case overwrittenMeanwhile = "overwritten_meanwhile"
  }

  struct Checked: Encodable {
    var slots: Int
    var blocks: Int
    var spans: UInt64
    var bytes: UInt64
  }

  struct Lost: Encodable {
    var spans: UInt64
    var exact: Bool
    var places: Int
  }

  init(_ check: RingCheck) {
    ring = RingShape(check.ring)
    deep = check.isDeep
    verdict = check.verdict.rawValue
    checked = Checked(slots: check.slotCount, blocks: check.blockCount, spans: check.spanCount, bytes: check.byteCount)
    findings = check.findings.map { FindingShape($0) }
    findingCount = check.healingCount + check.lossCount
    if check.verdict == .lost {
      let (count, isExact) = check.lostSpans
      lost = Lost(spans: count, exact: isExact, places: check.lossCount)
    }
    overwrittenMeanwhile = check.overwrittenSlots
  }
}
