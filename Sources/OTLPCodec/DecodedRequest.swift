import TraceModel

/// The spans of one request, and what became of the others.
///
/// `batch.count + rejectedSpans == receivedSpans`, always.
package struct DecodedRequest: Sendable {
  package var batch = SpanBatch()
  package var receivedSpans = 0
  /// How many spans were rejected, by reason; no zeros.
  package var rejected: [RejectionReason: Int] = [:]
  /// Strings that were not UTF-8 and now hold U+FFFD where they were not.
  package var repairedStrings = 0

  package init() {}

  package var rejectedSpans: Int { rejected.values.reduce(0, +) }

  /// For an answer's `error_message`: each reason with its number of spans. Empty if none was rejected.
  package var rejectionMessage: String {
    RejectionReason.allCases.compactMap { reason in rejected[reason].map { "\(reason) (\($0))" } }
      .joined(separator: "; ")
  }

  mutating func reject(_ reason: RejectionReason) { rejected[reason, default: 0] += 1 }

  /// - Throws: when there is one more span than the limit allows.
  mutating func countSpan(_ limits: RequestLimits) throws(DecodeError) {
    guard receivedSpans < limits.spanCountMax else { throw .tooManySpans(limit: limits.spanCountMax) }
    receivedSpans += 1
  }
}
