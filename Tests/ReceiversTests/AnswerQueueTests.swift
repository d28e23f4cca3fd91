import Testing

@testable import Receivers

@Suite struct AnswerQueueTests {
  @Test func `answers leave in the order of their frames`() {
    var queue = AnswerQueue()
    let numbers = (0..<3).map { _ in queue.open() }
    #expect(queue.fill(numbers[2], with: [2]) == true)
    #expect(queue.next() == nil)
    #expect(queue.fill(numbers[0], with: [0]) == true)
    #expect(queue.next() == [0])
    #expect(queue.next() == nil)
    #expect(queue.count == 2)
    #expect(queue.fill(numbers[1], with: []) == true)
    #expect(queue.next() == [])
    #expect(queue.next() == [2])
    #expect(queue.next() == nil)
    #expect(queue.count == 0)
  }

  @Test func `only the first answer of a frame counts`() {
    var queue = AnswerQueue()
    let numbers = (0..<2).map { _ in queue.open() }
    #expect(queue.fill(numbers[1], with: [1]) == true)
    #expect(queue.fill(numbers[1], with: [9]) == false)
    #expect(queue.fill(numbers[0], with: [0]) == true)
    #expect(queue.next() == [0])
    #expect(queue.fill(numbers[0], with: [9]) == false)
    #expect(queue.next() == [1])
    #expect(queue.fill(numbers[1] + 1, with: [9]) == false)
  }
}
