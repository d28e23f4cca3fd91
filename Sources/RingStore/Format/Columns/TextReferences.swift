/// Which texts of a dictionary details and shapes refer to.
struct TextReferences: DetailVisitor {
  private(set) var numbers: Set<Int> = []
  private let wholeCount: Int

  /// - Parameter wholeCount: of the dictionary.
  init(wholeCount: Int) {
    self.wholeCount = wholeCount
  }

  mutating func integer(_ zigzag: UInt64, at place: Int) {}
  mutating func double(_ number: Double) {}

  mutating func text(_ cursor: inout ByteCursor, at place: Int?) {
    let number = cursor.varint()
    guard number & 1 == 1 else { return cursor.skip(number / 2) }
    guard number / 2 < UInt64(Limits.dictionaryEntryCountMax) else { return cursor.fail() }
    numbers.insert(Int(number / 2))
    if number / 2 >= UInt64(wholeCount) { cursor.skip(cursor.varint()) }
  }
}
