import TraceModel

/// One picture of `spoor top`: a heading, a table, and below it the keys. No line is wider than the terminal, and no more
/// lines come than it has.
package struct TopFrame: Sendable {
  package private(set) var lines: [String] = []
  /// How many rows of the table fit, for a page up or down.
  package private(set) var rowsShown = 0

  private let width: Int
  private let style: TextStyle

  /// - Parameters:
  ///   - figures: nil while there are none yet.
  ///   - note: what went wrong at the last try; nothing if nothing did.
  ///   - width: columns of a line, 40 to 1,000; others count as the nearest.
  ///   - height: lines of the terminal; nil for the whole table and no keys, as a file wants it.
  ///   - interval: how often it is asked anew, for the heading.
  package init(
    _ figures: TopFigures?, _ view: TopView, note: String = "", width: Int, height: Int?, interval: Duration? = nil,
    style: TextStyle = .plain
  ) {
    self.width = min(max(width, Limits.lineColumns.lowerBound), Limits.lineColumns.upperBound)
    self.style = style
    let rows = figures.map { view.sorted($0) } ?? []
    let footer = height == nil ? nil : keys(view)
    // Heading, totals, an empty line, the table's head; and the keys.
    let room = height.map { max(0, $0 - 4 - (footer == nil ? 0 : 2)) } ?? rows.count
    let scroll = min(view.scroll, max(0, rows.count - room))
    rowsShown = room
    lines = [heading(figures, view, interval), note.isEmpty ? totals(figures, view, rows) : warning(note), ""]
    let columns = columns(view)
    lines.append(head(columns, view))
    for row in rows.dropFirst(scroll).prefix(room) { lines.append(line(row, columns)) }
    if rows.isEmpty && note.isEmpty && (height ?? .max) > lines.count {
      lines.append(style.paint(figures == nil ? "asking…" : "nothing ended in this window", .quiet))
    }
    guard let height, let footer else { return }
    while lines.count < height - 1 { lines.append("") }
    let hidden = rows.count - min(rows.count, room)
    lines = Array(lines.prefix(max(0, height - 1)))
    lines.append(self.footer(footer, hidden == 0 ? "" : "\(scroll + 1)–\(scroll + room) of \(rows.count)"))
    lines = Array(lines.prefix(max(1, height)))
  }

  /// All lines, each with its end.
  package var text: String { lines.map { $0 + "\n" }.joined() }

  // MARK: Around the table

  private func heading(_ figures: TopFigures?, _ view: TopView, _ interval: Duration?) -> String {
    let window = figures.map { "ended \($0.from.clock)–\($0.to.clock) UTC" }
    let pause = view.isPaused ? "paused" : interval.map { "every \($0)" }
    let left = "spoor top · \(view.subject.rawValue)"
    let right = [window, pause].compactMap { $0 }.joined(separator: " · ")
    guard left.columns + 2 + right.columns <= width else { return style.paint(left.fitting(columns: width), .strong) }
    let gap = String(repeating: " ", count: width - left.columns - right.columns)
    return style.paint(left, .strong) + gap + style.paint(right, .quiet)
  }

  private func totals(_ figures: TopFigures?, _ view: TopView, _ rows: [TopRow]) -> String {
    guard let figures else { return "" }
    let spans = figures.perSecond(Double(figures.map.coverage.spans))
    let total = rows.reduce(0.0) { $0 + $1.outcomes.approximateTotal }
    let failed = rows.reduce(0.0) { $0 + $1.outcomes.approximateFailed }
    let what = view.subject == .services ? "requests" : "calls"
    let words = [
      "\(Rate(spans)) spans/s", "\(Rate(figures.perSecond(total))) \(what)/s",
      "\(Share(failed, of: total)) failed", UInt64(rows.count).grouped(view.subject == .services ? "node" : "edge"),
    ]
    return words.joined(separator: " · ").fitting(columns: width)
  }

  private func warning(_ note: String) -> String { style.paint("✖ \(note)".fitting(columns: width), .failed) }

  private func keys(_ view: TopView) -> [String] {
    let other = view.subject == .services ? "e edges" : "s services"
    let sorts = TopView.Column.allCases.map { "\($0.key) \($0.rawValue)" }
    return ["q quit", other, "space \(view.isPaused ? "go on" : "pause")"] + sorts + ["i invert", "↑↓ scroll"]
  }

  /// As many keys as there is room for, and where in the table one is.
  private func footer(_ keys: [String], _ place: String) -> String {
    var text = ""
    for key in keys {
      let longer = text.isEmpty ? key : "\(text)  \(key)"
      if longer.columns + (place.isEmpty ? 0 : place.columns + 2) > width { break }
      text = longer
    }
    if !place.isEmpty { text = text.padded(to: width - place.columns) + place }
    return style.paint(text.fitting(columns: width), .quiet)
  }

  // MARK: The table

  private struct Cell {
    var heading: String
    var columns: Int
    var sort: TopView.Column?
    var text: (TopRow) -> String

    var isLeft: Bool { heading == "KIND" }
  }

  /// The columns beside the name: the more the wider the terminal is.
  private func columns(_ view: TopView) -> [Cell] {
    func duration(_ path: KeyPath<LatencySummary, Duration>) -> (TopRow) -> String {
      { $0.latency.count > 0 ? $0.latency[keyPath: path].description : "–" }
    }
    func share(_ path: KeyPath<OutcomeCounts, UInt64>) -> (TopRow) -> String {
      { row in
        let count = row.outcomes[keyPath: path]
        return count == 0 ? "·" : Share(Double(count), of: row.outcomes.approximateTotal).description
      }
    }
    let rate = Cell(heading: view.subject == .services ? "REQ/S" : "CALLS/S", columns: 8, sort: .rate) {
      $0.outcomes.approximateTotal > 0 ? ($0.isEstimated ? "≈" : "") + Rate($0.rate).description : "–"
    }
    let failed = Cell(heading: "FAILED", columns: 8, sort: .failed) { row in
      row.outcomes.approximateTotal > 0
        ? Health(row.outcomes).marked(Share(row.failedShare, of: 1).description) : "–"
    }
    let p50 = Cell(heading: "P50", columns: 7, sort: .p50, text: duration(\.p50))
    let p99 = Cell(heading: "P99", columns: 7, sort: .p99, text: duration(\.p99))
    if width < 60 { return [rate, failed, p99] }
    let p90 = Cell(heading: "P90", columns: 7, sort: .p90, text: duration(\.p90))
    let p100 = Cell(heading: "P100", columns: 7, sort: .p100, text: duration(\.max))
    let kind = Cell(heading: "KIND", columns: 8, sort: nil, text: \.kind)
    if width < 90 { return [kind, rate, failed, p50, p99] }
    if width < 116 { return [kind, rate, failed, p50, p90, p99, p100] }
    let classes = [
      Cell(heading: "4XX", columns: 6, sort: nil, text: share(\.error)),
      Cell(heading: "429", columns: 6, sort: nil, text: share(\.throttle)),
      Cell(heading: "5XX", columns: 6, sort: nil, text: share(\.fault)),
    ]
    let spans = Cell(heading: "SPANS/S", columns: 8, sort: nil) { $0.spans.map { Rate($0).description } ?? "" }
    return [kind] + (view.subject == .services ? [spans] : []) + [rate, failed] + classes + [p50, p90, p99, p100]
  }

  private func nameColumns(_ columns: [Cell]) -> Int {
    max(8, width - columns.reduce(0) { $0 + $1.columns + 1 })
  }

  private func head(_ columns: [Cell], _ view: TopView) -> String {
    func heading(_ text: String, _ column: TopView.Column?) -> String {
      guard column == view.sort else { return text }
      // Names rise, figures fall.
      return text + ((column == .name) == view.isInverted ? "▼" : "▲")
    }
    let name = heading(view.subject == .services ? "SERVICE" : "EDGE", .name)
    var line = name.padded(to: nameColumns(columns))
    for cell in columns {
      let text = heading(cell.heading, cell.sort)
      line += " " + (cell.isLeft ? text.padded(to: cell.columns) : text.aligned(to: cell.columns))
    }
    return style.paint(line.fitting(columns: width), .quiet)
  }

  private func line(_ row: TopRow, _ columns: [Cell]) -> String {
    let room = nameColumns(columns)
    var line = row.name.fitting(columns: room).padded(to: room)
    for cell in columns {
      let text = cell.text(row).fitting(columns: cell.columns)
      line += " " + (cell.isLeft ? text.padded(to: cell.columns) : text.aligned(to: cell.columns))
    }
    let ink: Ink? =
      switch Health(row.outcomes) {
      case .failing: .failed
      case .idle: .quiet
      case .healthy, .degraded: nil
      }
    return style.paint(line.fitting(columns: width), ink)
  }
}

/// A rate for people: three significant digits, `0.05`, `12.3`, `4,210`, `1.2M`; `0` only for nothing.
struct Rate: CustomStringConvertible {
  let description: String

  init(_ perSecond: Double) {
    guard perSecond > 0 else {
      description = "0"
      return
    }
    let hundredths = (perSecond * 100).rounded()
    description =
      if hundredths < 1 {
        "<0.01"
      } else if perSecond < 9.995 {
        Self.decimal(hundredths, 2)
      } else if perSecond < 99.95 {
        Self.decimal((perSecond * 10).rounded(), 1)
      } else {
        UInt64(min(perSecond.rounded(), 1e19)).short
      }
  }

  private static func decimal(_ value: Double, _ digits: Int) -> String {
    let scale = digits == 2 ? 100 : 10
    let (whole, fraction) = Int(value).quotientAndRemainder(dividingBy: scale)
    if fraction == 0 { return "\(whole)" }
    return "\(whole)." + (digits == 2 && fraction < 10 ? "0" : "") + "\(fraction)"
  }
}
