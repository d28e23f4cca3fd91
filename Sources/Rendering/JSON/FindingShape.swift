import TraceModel

/// One finding.
struct FindingShape: Encodable {
  var severity: String
  var part: String
  var slot: UInt32?
  var segment: UInt64?
  var offset: UInt64?
  var reason: String
  var lost: LossShape?

  struct LossShape: Encodable {
    var spans: UInt64?
    var firstBlock: UInt64?
    var lastBlock: UInt64?

    enum CodingKeys: String, CodingKey {
      case spans
      case firstBlock = "first_seq"
      case lastBlock = "last_seq"
    }
  }

  init(_ finding: RingFinding) {
    severity = finding.severity.rawValue
    part = finding.part
    slot = finding.slot
    segment = finding.segment
    offset = finding.offset
    reason = finding.reason
    lost = finding.loss.map { loss in
      LossShape(
        spans: loss.spanCount, firstBlock: loss.sequences?.lowerBound, lastBlock: loss.sequences?.upperBound)
    }
  }
}
