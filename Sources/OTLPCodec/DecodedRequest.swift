import TraceModel

/// The spans of one request, and what became of the others.
///
/// `batch.count + rejectedSpans == receivedSpans`, always.
package struct DecodedRequest: Sendable {
  package var batch: SpanBatch
  package var receivedSpans: Int
  /// How many spans were rejected, by reason; no zeros.
  package var rejected: [RejectionReason: Int]
  /// Strings that were not UTF-8 and now hold U+FFFD where they were not.
  package var repairedStrings: Int

  init(_ batch: SpanBatch, _ counts: SpanCounts) {
    self.batch = batch
    (receivedSpans, rejected, repairedStrings) = (counts.received, counts.rejected, counts.repairedStrings)
  }

  package var rejectedSpans: Int { rejected.values.reduce(0, +) }

  /// For an answer's `error_message`: each reason with its number of spans. Empty if none was rejected.
  package var rejectionMessage: String {
    RejectionReason.allCases.compactMap { reason in rejected[reason].map { "\(reason) (\($0))" } }
      .joined(separator: "; ")
  }
}

/// What became of the spans of one request.
package struct SpanCounts: Equatable, Sendable {
  package internal(set) var received = 0
  /// How many were rejected, by reason; no zeros. All others were taken.
  package internal(set) var rejected: [RejectionReason: Int] = [:]
  /// Strings that were not UTF-8 and now hold U+FFFD where they were not.
  package internal(set) var repairedStrings = 0

  mutating func reject(_ reason: RejectionReason) { rejected[reason, default: 0] += 1 }

  /// To be called before each span is read.
  /// - Throws: when there is one more than the limit allows.
  mutating func receive(_ limits: RequestLimits) throws(DecodeError) {
    guard received < limits.spanCountMax else { throw .tooManySpans(limit: limits.spanCountMax) }
    received += 1
  }
}
