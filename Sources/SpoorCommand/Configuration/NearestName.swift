/// Which of the names that there are somebody may have meant.
enum NearestName {
  /// The name with the fewest letters changed, added or left out; nil if more than a third of it would be.
  static func find(_ typed: String, among names: [String]) -> String? {
    let typed = Array(typed.lowercased().utf8.prefix(lengthMax))
    let distances = names.map { (name: $0, distance: distance(typed, Array($0.lowercased().utf8))) }
    guard let best = distances.min(by: { $0.distance < $1.distance }), best.distance <= best.name.utf8.count / 3 else {
      return nil
    }
    return best.name
  }

  /// No setting's name comes near it.
  private static let lengthMax = 100

  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var previous = Array(0...b.count)
    for (row, byte) in a.enumerated() {
      var current = [row + 1]
      for column in b.indices {
        let replaced = previous[column] + (byte == b[column] ? 0 : 1)
        current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return previous[b.count]
  }
}
