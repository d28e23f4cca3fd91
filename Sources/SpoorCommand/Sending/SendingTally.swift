/// What became of the requests that were sent, and the line that tells it.
struct SendingTally: Equatable, Sendable {
  private var requests = 0
  private var byteCount = 0
  /// Nil once a request was sent whose spans nobody counted.
  private var spans: Int? = 0
  private var datagrams = 0
  private var rejectedSpans: Int
  private var reason: String

  init(of input: SpanInput) {
    rejectedSpans = input.rejectedSpans
    reason = input.rejectionMessage
    spans = input.rejectedSpans
  }

  mutating func add(_ request: SpanInput.Request, _ result: SendingResult) {
    requests += 1
    byteCount += request.bytes.count
    spans = request.spanCount.flatMap { count in spans.map { $0 + count } }
    switch result {
    case .accepted: break
    case .partlyRejected(let spans, let reason):
      rejectedSpans += spans
      self.reason = reason
    case .unacknowledged(let count): datagrams += count
    }
  }

  /// `sent 12 spans in 1 request to http://…: accepted 10, rejected 2 (trace ID must be 16 bytes and not all zero)`.
  /// Where nobody counted the spans, requests and bytes are told instead.
  func summary(to destination: Destination) -> String {
    let messages = datagrams > 0 ? counted(datagrams, "datagram") : counted(requests, "request")
    let what =
      spans.map { "\(counted($0, "span")) in \(messages)" } ?? "\(counted(byteCount, "byte")) in \(messages)"
    return "sent \(what) to \(destination): \(outcome)"
  }

  private var outcome: String {
    let words = reason.isEmpty ? "" : " (\(reason.asOneLine))"
    if datagrams > 0 {
      return "UDP has no answers" + (rejectedSpans > 0 ? "; left out \(rejectedSpans)\(words)" : "")
    }
    if let spans { return "accepted \(max(0, spans - rejectedSpans)), rejected \(rejectedSpans)\(words)" }
    return rejectedSpans > 0 ? "rejected \(counted(rejectedSpans, "span"))\(words)" : "accepted\(words)"
  }

  /// Where sending stopped, for the line that says why.
  func progress(of total: Int) -> String { total > 1 ? " (after \(requests) of \(total) requests)" : "" }

  private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
