/// Why one span of a request that is otherwise fine is not taken. No retry will make it acceptable.
/// The raw value is what it is counted under.
package enum RejectionReason: String, CaseIterable, Sendable {
  case invalidTraceID = "invalid_trace_id"
  case invalidSpanID = "invalid_span_id"
  case invalidParentSpanID = "invalid_parent_span_id"
  case invalidLinkID = "invalid_link_id"
  case spanTooLarge = "span_too_large"
  case spanOverBudget = "span_over_budget"
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
