import NIOCore
import Testing

@testable import Receivers

@Suite struct PayloadBufferTests {
  private let budget = ByteBudget(limit: 2000)

  private func bytes(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 7, count: count) }

  @Test func `a payload that comes in one part costs nothing`() {
    var buffer = PayloadBuffer(budget: budget, reservedMax: 100)
    let isAdded1 = buffer.append(bytes(5000), total: 5000)
    #expect(isAdded1)
    #expect(budget.usedByteCount == 0)
    let taken2 = buffer.take()
    #expect(taken2.bytes == bytes(5000))
    let count3 = buffer.byteCount
    #expect(count3 == 0)
  }

  @Test func `parts are charged with the memory they take, and the charge goes with the payload`() {
    var buffer = PayloadBuffer(budget: budget, reservedMax: 100)
    let isAdded4 = buffer.append(bytes(10), total: nil)
    #expect(isAdded4)
    #expect(budget.usedByteCount == 16)
    let isAdded5 = buffer.append(bytes(10), total: nil)
    #expect(isAdded5)
    #expect(budget.usedByteCount == 32)
    let taken6 = buffer.take()
    #expect(taken6.bytes == bytes(20))
    #expect(taken6.charge == 32 && budget.usedByteCount == 32)
    let count6 = buffer.byteCount
    #expect(count6 == 0)
  }

  @Test func `a length reserves no more than the bound on its word`() {
    var buffer = PayloadBuffer(budget: budget, reservedMax: 100)
    let isAdded7 = buffer.append(bytes(1), total: .max)
    #expect(isAdded7)
    #expect(budget.usedByteCount == 128)
    buffer.clear()
    #expect(budget.usedByteCount == 0)
  }

  @Test func `past the budget a part is not added, and what the others hold stays`() {
    var first = PayloadBuffer(budget: budget, reservedMax: 0)
    var second = PayloadBuffer(budget: budget, reservedMax: 0)
    let isAdded8 = first.append(bytes(512), total: nil)
    #expect(isAdded8)
    let isAdded9 = second.append(bytes(256), total: nil)
    #expect(isAdded9)
    let isAdded10 = second.append(bytes(1), total: nil)
    #expect(!isAdded10)
    let count11 = second.byteCount
    #expect(count11 == 256)
    #expect(budget.usedByteCount == 768)
    let taken12 = first.take()
    #expect(taken12.bytes == bytes(512))
    budget.give(taken12.charge)
    let isAdded13 = second.append(bytes(1), total: nil)
    #expect(isAdded13)
    let taken14 = second.take()
    #expect(taken14.bytes == bytes(257))
  }

  @Test func `a buffer that is dropped gives back what it held`() {
    do {
      var buffer = PayloadBuffer(budget: budget, reservedMax: 100)
      let isAdded15 = buffer.append(bytes(10), total: nil)
      #expect(isAdded15)
    }
    #expect(budget.usedByteCount == 0)
  }
}
