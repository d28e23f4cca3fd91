import NIOCore

/// The answers of one connection, given in any order and taken in the order of the frames.
struct AnswerQueue {
  private var slots = CircularBuffer<[UInt8]?>()
  private var firstNumber = 0

  /// Frames that wait for their answer or for that of a frame before them.
  var count: Int { slots.count }

  /// A place for the next frame's answer.
  mutating func open() -> Int {
    slots.append(nil)
    return firstNumber + slots.count - 1
  }

  /// Answers false if that frame was answered before.
  mutating func fill(_ number: Int, with body: [UInt8]) -> Bool {
    let offset = number - firstNumber
    guard offset >= 0, offset < slots.count else { return false }
    let index = slots.index(slots.startIndex, offsetBy: offset)
    guard slots[index] == nil else { return false }
    slots[index] = body
    return true
  }

  /// The oldest frame's answer, if it is there.
  mutating func next() -> [UInt8]? {
    guard let body = slots.first ?? nil else { return nil }
    slots.removeFirst()
    firstNumber += 1
    return body
  }
}
