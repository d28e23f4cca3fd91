/// Figures as a row of bars, one character each, from the lowest eighth of a line's height to the whole.
struct Sparkline {
  let text: String

  private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// - Parameters:
  ///   - points: nil where there is no figure, which shows as a gap.
  ///   - columns: where there are more points, several share a bar, which shows the highest of them.
  init(_ points: [Double?], columns: Int) {
    let together = max(1, (points.count + max(1, columns) - 1) / max(1, columns))
    var shown: [Double?] = []
    for begin in stride(from: 0, to: points.count, by: together) {
      shown.append(points[begin..<min(points.count, begin + together)].compactMap { $0 }.filter(\.isFinite).max())
    }
    let known = shown.compactMap { $0 }
    // From zero on, or from the least if some are below: a bar's height is then a share of the highest.
    let (least, most) = (min(0, known.min() ?? 0), known.max() ?? 0)
    text = String(
      shown.map { point in
        guard let point else { return " " }
        guard most > least else { return Self.bars[0] }
        let share = (point / (most - least)) - least / (most - least)
        return Self.bars[min(7, max(0, Int((share * 7).rounded())))]
      })
  }
}
