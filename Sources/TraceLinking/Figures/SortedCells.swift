/// The contents of a `CellTable` at one moment.
struct SortedCells {
  struct Cell {
    var bucket: Int
    var count: Int64
  }

  private var cells: [Cell] = []
  private var ends: [Int] = []

  mutating func reserve(_ rowCount: Int, _ cellCount: Int) {
    ends.reserveCapacity(rowCount)
    cells.reserveCapacity(cellCount)
  }

  mutating func append(bucket: Int, count: Int64) {
    cells.append(Cell(bucket: bucket, count: count))
  }

  mutating func endRow() {
    ends.append(cells.count)
  }

  subscript(row: Int) -> ArraySlice<Cell> { cells[(row == 0 ? 0 : ends[row - 1])..<ends[row]] }
}
