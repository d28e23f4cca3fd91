/// Lines of aligned cells, two spaces apart. A column in which nothing stands is left out.
struct TextTable {
  enum Side {
    case left, right
  }

  private let sides: [Side]
  private var rows: [[String]]
  private var inks: [Ink?]

  /// - Parameter columns: the headings and to which side their cells keep.
  init(_ columns: [(heading: String, side: Side)]) {
    sides = columns.map(\.side)
    rows = [columns.map(\.heading)]
    inks = [.quiet]
  }

  /// - Precondition: a cell for each column.
  mutating func add(_ cells: [String], _ ink: Ink? = nil) {
    precondition(cells.count == sides.count)
    rows.append(cells)
    inks.append(ink)
  }

  func text(style: TextStyle) -> String {
    let widths = sides.indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
    var text = ""
    for (row, ink) in zip(rows, inks) {
      var line = sides.indices.filter { widths[$0] > 0 }.map { column in
        sides[column] == .left ? row[column].padded(to: widths[column]) : row[column].aligned(to: widths[column])
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      text += style.paint(line, ink) + "\n"
    }
    return text
  }
}
