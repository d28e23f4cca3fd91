import TraceModel

/// The traces that a search has found as a table: ID, root, duration, spans, errors and start. A line for the next page
/// follows where there is one.
package struct TraceTable: Sendable {
  package private(set) var text = ""

  package init(_ list: TraceList, style: TextStyle = .plain) {
    let rows = [Self.header] + list.traces.map(Self.row)
    let widths = rows[0].indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
    for (number, row) in rows.enumerated() {
      let cells = row.enumerated().map { column, cell in
        column < Self.leftColumns ? cell.padded(to: widths[column]) : cell.aligned(to: widths[column])
      }
      let ink: Ink? = number == 0 ? .quiet : list.traces[number - 1].errors > 0 ? .failed : nil
      text += style.paint(cells.joined(separator: "  "), ink) + "\n"
    }
    if let cursor = list.cursor { text += style.paint("more: --cursor \(VisibleText(cursor).text)", .quiet) + "\n" }
  }

  private static let header = ["TRACE ID", "ROOT", "DURATION", "SPANS", "ERRORS", "START (UTC)"]
  private static let leftColumns = 2

  private static func row(_ trace: TraceSummary) -> [String] {
    let service = trace.rootService.isEmpty ? "(no name)" : trace.rootService.fitting(columns: Limits.tableNameColumns)
    let root = "\(service) \(trace.rootName.fitting(columns: Limits.tableNameColumns))"
    return [
      trace.id.description, root, trace.duration.description, trace.spans.grouped, trace.errors.grouped,
      trace.start.text,
    ]
  }
}
