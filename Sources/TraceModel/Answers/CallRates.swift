/// How many calls there were over time, how many of them failed, and how long they took.
package struct CallRates: Hashable, Sendable {
  package var columns: LatencyHeatMap.Columns
  package var series: [Series]
  /// Whether there was more to count than was gone through; then what is missing is the oldest.
  package var isCut: Bool

  package init(columns: LatencyHeatMap.Columns, series: [Series] = [], isCut: Bool = false) {
    self.columns = columns
    self.series = series
    self.isCut = isCut
  }

  package struct Series: Hashable, Sendable {
    package var service: String
    /// Nil where all of a service's are counted together.
    package var spanName: String?
    /// By column; those without calls are not there.
    package var cells: [Int: Cell]

    package init(service: String, spanName: String? = nil, cells: [Int: Cell] = [:]) {
      self.service = service
      self.spanName = spanName
      self.cells = cells
    }

    /// Of several columns together, those beside the window left out.
    package func sum(of columns: Range<Int>) -> Cell {
      var sum = Cell()
      for column in columns { if let cell = cells[column] { sum += cell } }
      return sum
    }
  }

  package struct Cell: Hashable, Sendable {
    package var calls: UInt64
    package var failed: UInt64
    package var latency: LatencyHistogram

    package init(calls: UInt64 = 0, failed: UInt64 = 0, latency: LatencyHistogram = LatencyHistogram()) {
      self.calls = calls
      self.failed = failed
      self.latency = latency
    }

    package static func += (sum: inout Cell, more: Cell) {
      sum.calls &+= more.calls
      sum.failed &+= more.failed
      sum.latency += more.latency
    }
  }
}
