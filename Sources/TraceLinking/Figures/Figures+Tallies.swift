import TraceModel

// Counting many tallies at once: nearly all of them are of keys and buckets that are known, and those need neither a look
// at the bounds nor at whether memory is shared.

extension Figures {
  /// Counts the first of these tallies, or takes them back.
  /// - Parameter weight: 1 or -1.
  mutating func count(_ tallies: [Tally], _ count: Int, weight: Int64) {
    var next = 0
    while next < count {
      next = countKnown(tallies.span, next..<count, weight)
      if next < count { self.count(tallies[next], weight: weight) }
      next += 1
    }
  }

  /// - Returns: the first tally that something has to be made room for, or the end.
  private mutating func countKnown(_ tallies: Swift.Span<Tally>, _ range: Range<Int>, _ weight: Int64) -> Int {
    let (index, granularity) = (index, granularity)
    var (rows, cells) = takeOut()
    let (windows, directory) = (cells.windows, cells.directory)
    var counts = cells.counts
    cells.counts = []  // so that there is one copy only
    var position = range.lowerBound
    var figures = rows.mutableSpan
    var buckets = counts.mutableSpan
    let units = (0..<4).map { Row.unit($0, weight) }
    while position < range.upperBound {
      let tally = tallies[position]
      var key = tally.key
      if granularity != .minute && !key.isTimeless { key = key.over(granularity, insteadOf: .minute) }
      guard let row = index.number(of: key.rawValue) else { break }
      if tally.isSilent { break }
      if tally.hasDuration {
        if tally.times != 1 { break }
        let place = CellTable.place(of: Int(tally.bucket), row: row, windows.span, directory.span)
        guard place >= 0 else { break }
        let (sum, isOver) = buckets[place].addingReportingOverflow(Int32(truncatingIfNeeded: weight))
        if isOver { break }
        buckets[place] = sum
        figures[row].record(units[Int(tally.outcome)], tally.duration, weight)
      }
      if tally.hasSpan { figures[row].count(weight, tally.start, tally.end) }
      position &+= 1
    }
    cells.counts = counts
    putBack(rows, cells)
    return position
  }
}
