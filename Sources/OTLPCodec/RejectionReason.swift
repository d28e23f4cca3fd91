/// Why one span of a request that is otherwise fine is not taken. No retry will make it acceptable.
package enum RejectionReason: String, CaseIterable, Sendable {
  case invalidTraceID
  case invalidSpanID
  case invalidParentSpanID
  case invalidLinkID
  case spanTooLarge
  case spanOverBudget
}

extension RejectionReason: CustomStringConvertible {
  /// For people, in an answer's `error_message`.
  package var description: String {
    switch self {
    case .invalidTraceID: "trace ID must be 16 bytes and not all zero"
    case .invalidSpanID: "span ID must be 8 bytes and not all zero"
    case .invalidParentSpanID: "parent span ID must be empty or 8 bytes"
    case .invalidLinkID: "a link's trace ID must be 16 bytes and its span ID 8"
    case .spanTooLarge: "span is larger than the collector takes"
    case .spanOverBudget: "span takes too much memory for its size"
    }
  }
}
