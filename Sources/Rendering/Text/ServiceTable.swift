import TraceModel

/// The services as a table: name, namespace, spans, requests, failures and their share, p50, p99 and when last seen. Counts
/// that are estimated from samples are marked `≈`.
package struct ServiceTable: Sendable {
  package private(set) var text = ""

  package init(_ services: [ServiceSummary], style: TextStyle = .plain) {
    let hasNamespaces = services.contains { !($0.namespace ?? "").isEmpty }
    var rows = [Self.header]
    var healths = [Health.idle]
    for service in services {
      rows.append(Self.row(service))
      healths.append(Health(service.outcomes))
    }
    if !hasNamespaces { rows = rows.map { Array($0[..<1] + $0[2...]) } }
    let leftColumns = hasNamespaces ? 2 : 1
    let widths = rows[0].indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
    for (row, health) in zip(rows, healths) {
      let cells = row.enumerated().map { column, cell in
        column < leftColumns ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])
      }
      let line = cells.joined(separator: "  ")
      let ink: Ink? = text.isEmpty ? .quiet : health == .failing ? .failed : nil
      text += style.paint(line, ink) + "\n"
    }
  }

  private static let header = [
    "SERVICE", "NAMESPACE", "SPANS", "REQUESTS", "FAILED", "SHARE", "P50", "P99", "LAST SEEN (UTC)",
  ]

  private static func row(_ service: ServiceSummary) -> [String] {
    let hasRequests = service.latency.count > 0
    let failed =
      UInt128(service.outcomes.error) + UInt128(service.outcomes.throttle) + UInt128(service.outcomes.fault)
    let sign = service.isEstimated ? "≈" : ""
    return [
      service.name.isEmpty ? "(no name)" : service.name.fitting(columns: Limits.tableNameColumns),
      (service.namespace ?? "").fitting(columns: Limits.tableNameColumns),
      service.spans.grouped,
      sign + service.latency.count.grouped,
      (failed == 0 ? "" : sign) + UInt64(clamping: failed).grouped,
      hasRequests ? "\(Share(service.outcomes.approximateFailed, of: service.outcomes.approximateTotal))" : "–",
      hasRequests ? service.latency.p50.description : "–",
      hasRequests ? service.latency.p99.description : "–",
      service.last.text,
    ]
  }
}
