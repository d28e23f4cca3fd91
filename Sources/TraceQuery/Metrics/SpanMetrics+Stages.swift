import TraceModel

extension SpanMetrics {
  /// The largest first, then by their labels, so that equal figures are equal answers.
  mutating func sortSeries() {
    let keyed = series.map { series in
      (
        series: series, sum: series.points.reduce(0) { $0 + ($1 ?? 0) },
        labels: series.labels.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      )
    }
    series = keyed.sorted { left, right in
      left.sum != right.sum ? left.sum > right.sum : left.labels < right.labels
    }.map(\.series)
  }

  /// Drops figures that a stage does not leave, and series that have none any more.
  mutating func apply(_ stage: TraceQLSecondStage) {
    switch stage {
    case .topk(let count): keep(count) { $0 > $1 }
    case .bottomk(let count): keep(count) { $0 < $1 }
    case .comparison(let sign, let literal):
      let bound = Self.bound(literal)
      for number in series.indices {
        for (column, point) in series[number].points.enumerated() {
          if let point, !TraceQLValue.double(point).holds(sign, .double(bound)) { series[number].points[column] = nil }
        }
      }
    }
    series.removeAll { series in series.points.allSatisfy { $0 == nil } }
  }

  private static func bound(_ literal: TraceQLLiteral) -> Double {
    if case .duration(let nanoseconds) = literal { return Double(nanoseconds) / 1e9 }
    return TraceQLValue(literal).number ?? .nan
  }

  /// Of each column, so many figures; of equal ones those of the series that stand first.
  private mutating func keep(_ count: Int, _ isBetter: (Double, Double) -> Bool) {
    guard count < series.count else { return }
    for column in 0..<columns.count {
      let figures = series.indices.compactMap { number in
        series[number].points[column].map { (number: number, figure: $0) }
      }
      let sorted = figures.sorted { left, right in
        left.figure != right.figure ? isBetter(left.figure, right.figure) : left.number < right.number
      }
      for (number, _) in sorted.dropFirst(count) { series[number].points[column] = nil }
    }
  }
}
