import TraceModel

/// Figures of spans over time as CSV (https://www.rfc-editor.org/rfc/rfc4180): a line for each figure, with the begin of its
/// step, its series' labels, each a column, and the figure. Lines end in CR LF.
package struct SpanMetricsCSV: Sendable {
  package private(set) var text: String

  package init(_ metrics: SpanMetrics) {
    var keys: [String] = []
    for series in metrics.series {
      for label in series.labels where label.key != "__name__" && !keys.contains(label.key) { keys.append(label.key) }
    }
    text = Self.line(["time"] + keys + ["value"])
    for series in metrics.series {
      let labels = keys.map { key in
        series.labels.first { $0.key == key }.map { $0.value == .empty ? "" : $0.value.text } ?? ""
      }
      for (column, point) in series.points.enumerated() {
        guard let point else { continue }
        text += Self.line([metrics.columns.start(of: column).description] + labels + ["\(point)"])
      }
    }
  }

  private static func line(_ cells: [String]) -> String {
    cells.map { cell in
      guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }) else { return cell }
      return "\"\(cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }.joined(separator: ",") + "\r\n"
  }
}
