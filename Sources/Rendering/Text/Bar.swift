/// Horizontal bars of block characters, in eighths of a column.
enum Bar {
  /// From the left end, for a share of 0 to 1 of `columns`; anything above 0 is at least an eighth.
  static func share(_ share: Double, columns: Int) -> String {
    guard share > 0, columns > 0 else { return "" }
    let eighths = max(1, Int((min(1, share) * Double(columns * 8)).rounded()))
    return String(repeating: "█", count: eighths / 8) + leftBlock(eighths % 8)
  }

  /// From `start` to `end`, shares of `columns` from 0 to 1, nothing behind it. However
  /// short, it is seen.
  static func interval(_ start: Double, _ end: Double, columns: Int) -> String {
    guard columns > 0 else { return "" }
    let all = columns * 8
    let from = min(max(0, Int((start * Double(all)).rounded(.down))), all - 1)
    let to = min(max(from + 1, Int((end * Double(all)).rounded())), all)
    let (first, last) = (from / 8, (to - 1) / 8)
    var text = String(repeating: " ", count: first)
    if first == last {
      // Blocks that begin inside a column exist only as its right half and its last eighth.
      text += from % 8 == 0 ? leftBlock(to - from, orFull: true) : from % 8 < 4 ? leftBlock(to % 8, orFull: true) : "▐"
    } else {
      text += from % 8 < 4 ? "█" : "▐"
      text += String(repeating: "█", count: last - first - 1)
      text += leftBlock(to - last * 8, orFull: true)
    }
    return text
  }

  private static func leftBlock(_ eighths: Int, orFull: Bool = false) -> String {
    switch eighths {
    case 1: "▏"
    case 2: "▎"
    case 3: "▍"
    case 4: "▌"
    case 5: "▋"
    case 6: "▊"
    case 7: "▉"
    default: orFull ? "█" : ""
    }
  }
}
