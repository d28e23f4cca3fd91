import Glibc

/// Where the nodes of a large map stand, and how its edges run: a grid whose columns follow the flow of calls from left to
/// right, each node near those it talks to. In points.
///
/// Graphviz's own layers give a dense graph of 2,000 edges a strip as tall as a house, because every edge takes a place in
/// every layer that it crosses. Here edges take none; they run behind the nodes.
struct MapGrid {
  struct Place {
    var column: Int
    /// The middle.
    var x: Int
    var y: Int
  }

  private(set) var places: [Place] = []

  static let tile = (width: 164, height: 36)
  static let tallTileHeight = 44
  private static let pitch = (x: 264, y: 54)
  /// Width to height, about that of a screen or a poster.
  private static let proportion = 1.6
  private static let sweeps = 24

  /// - Parameter links: edges by the numbers of their nodes.
  init(nodeCount: Int, links: [(Int, Int)]) {
    let columns = Self.columns(nodeCount, links)
    var neighbours = [[Int]](repeating: [], count: nodeCount)
    for (source, target) in links where source != target {
      neighbours[source].append(target)
      neighbours[target].append(source)
    }
    let heights = Self.heights(columns, neighbours)
    places = [Place](repeating: Place(column: 0, x: 0, y: 0), count: nodeCount)
    for (number, column) in columns.enumerated() {
      for node in column { places[node] = Place(column: number, x: number * Self.pitch.x, y: Int(heights[node])) }
    }
  }

  /// The nodes in the order of the flow, cut into columns of the same length. Those without edges come last.
  private static func columns(_ nodeCount: Int, _ links: [(Int, Int)]) -> [[Int]] {
    let levels = FlowLevels(nodeCount: nodeCount, links: links).levels
    var isLinked = [Bool](repeating: false, count: nodeCount)
    for (source, target) in links where source != target { (isLinked[source], isLinked[target]) = (true, true) }
    let flow = (0..<nodeCount).sorted { left, right in
      if isLinked[left] != isLinked[right] { return isLinked[left] }
      return (levels[left], left) < (levels[right], right)
    }
    let count = max(1, Int((proportion * Double(nodeCount) * Double(pitch.y) / Double(pitch.x)).squareRoot().rounded()))
    let length = max(1, (nodeCount + count - 1) / count)
    return stride(from: 0, to: nodeCount, by: length).map { Array(flow[$0..<min($0 + length, nodeCount)]).sorted() }
  }

  /// Moves every node of a column towards the middle of its neighbours, again and again, and keeps what has the shortest
  /// edges.
  private static func heights(_ columns: [[Int]], _ neighbours: [[Int]]) -> [Double] {
    var (columns, heights) = (columns, [Double](repeating: 0, count: neighbours.count))
    for column in columns { stack(column, &heights) }
    var (best, shortest) = (heights, length(heights, neighbours))
    for sweep in 0..<sweeps {
      for number in sweep % 2 == 0 ? Array(columns.indices) : columns.indices.reversed() {
        let wanted = columns[number].map { node in
          let all = neighbours[node]
          return all.isEmpty ? heights[node] : all.reduce(0) { $0 + heights[$1] } / Double(all.count)
        }
        columns[number] = zip(wanted, columns[number]).sorted { ($1.0, $0.1) < ($0.0, $1.1) }.map(\.1)
        stack(columns[number], &heights)
      }
      let length = length(heights, neighbours)
      if length < shortest { (best, shortest) = (heights, length) }
    }
    return best
  }

  private static func stack(_ column: [Int], _ heights: inout [Double]) {
    let top = Double((column.count - 1) * pitch.y) / 2
    for (row, node) in column.enumerated() { heights[node] = (top - Double(row * pitch.y)).rounded() }
  }

  private static func length(_ heights: [Double], _ neighbours: [[Int]]) -> Double {
    neighbours.indices.reduce(0.0) { sum, node in
      neighbours[node].reduce(sum) { $0 + abs(heights[$1] - heights[node]) }
    }
  }
}

// MARK: - Edges

extension MapGrid {
  /// A curve from the side of one node to the side of another, as Graphviz's `pos` of an edge.
  func curve(from source: Int, to target: Int) -> String {
    let (start, end) = (places[source], places[target])
    let (halfWidth, halfHeight) = (Self.tile.width / 2, Self.tile.height / 2)
    if source == target {
      let (x, y) = (start.x + halfWidth, start.y + halfHeight)
      return pos((x - 30, y), (x - 30, y + 26), (x + 26, y + 26), (x, y - 8), arrow: (-4, -6))
    }
    // Whoever stands higher is met higher, so that lines part at once.
    let fan = max(-10, min(10, (end.y - start.y) / 40))
    let (startY, endY) = (start.y + fan, end.y - fan)
    if start.column == end.column {
      let (x, bulge) = (start.x + halfWidth, min(70, 30 + abs(end.y - start.y) / 12))
      return pos((x, startY), (x + bulge, startY), (x + bulge, endY), (x, endY), arrow: (-6, 0))
    }
    let direction = start.column < end.column ? 1 : -1
    let (startX, endX) = (start.x + direction * halfWidth, end.x - direction * halfWidth)
    let reach = max(40, abs(endX - startX) * 2 / 5)
    return pos(
      (startX, startY), (startX + direction * reach, startY), (endX - direction * reach, endY), (endX, endY),
      arrow: (direction * 6, 0))
  }

  /// - Parameter arrow: from the end of the line to the arrow's point, which is where the curve ends.
  private func pos(
    _ start: (Int, Int), _ first: (Int, Int), _ second: (Int, Int), _ end: (Int, Int), arrow: (Int, Int)
  ) -> String {
    "e,\(end.0),\(end.1) \(start.0),\(start.1) \(first.0),\(first.1) \(second.0),\(second.1) "
      + "\(end.0 - arrow.0),\(end.1 - arrow.1)"
  }
}
