import TraceModel

/// What the demo has sent.
struct DemoSummary: Equatable, Sendable {
  private(set) var traces = 0
  private(set) var spansByTransport: [Destination.Transport: Int] = [:]
  private(set) var rejectedSpans = 0
  private(set) var rejectionReason = ""
  /// The latest trace of each kind that is worth a look.
  private(set) var examples: [ShopJourney: TraceID] = [:]

  var spans: Int { spansByTransport.values.reduce(0, +) }

  mutating func add(_ sent: [ShopTrace]) {
    traces += sent.count
    for trace in sent where trace.journey.exampleName != nil { examples[trace.journey] = trace.spans.first?.traceID }
  }

  mutating func add(spans: Int, over transport: Destination.Transport, _ results: [SendingResult]) {
    spansByTransport[transport, default: 0] += spans
    for case .partlyRejected(let spans, let reason) in results {
      rejectedSpans += spans
      rejectionReason = reason
    }
  }
}

extension DemoSummary: CustomStringConvertible {
  /// The first line counts, `sent 200 traces, 4123 spans (http 2100, tcp 1200, udp 823)`; each line after it names a
  /// trace, `slow checkout        4bf92f3577b34da6a3ce929d0e0e4736`.
  var description: String {
    ([counts] + exampleLines).joined(separator: "\n")
  }

  var counts: String {
    let shares = Destination.Transport.allCases.compactMap { transport in
      spansByTransport[transport].map { "\(transport) \($0)" }
    }
    let rejected = rejectedSpans == 0 ? "" : "; the collector rejected \(rejectedSpans) (\(rejectionReason.asOneLine))"
    let how = shares.isEmpty ? "" : " (\(shares.joined(separator: ", ")))"
    return "sent \(traces) trace\(traces == 1 ? "" : "s"), \(spans) spans\(how)\(rejected)"
  }

  private var exampleLines: [String] {
    let named = ShopJourney.allCases.compactMap { journey in
      journey.exampleName.flatMap { name in examples[journey].map { (name, $0) } }
    }
    let width = named.map(\.0.count).max() ?? 0
    return named.map { name, id in name + String(repeating: " ", count: width - name.count + 3) + "\(id)" }
  }
}
