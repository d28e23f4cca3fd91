import NIOCore
import NIOEmbedded
import Synchronization
import Testing
import TraceModel

@testable import Receivers

@Suite struct BudgetTests {
  private let budget = ByteBudget(limit: 1 << 20)

  @Test func `payloads that arrive hold half of the budget at most`() {
    #expect(budget.take(512 << 10))
    #expect(!budget.take(1))
    #expect(budget.arrivingByteCount == 512 << 10)
    budget.takeWaiting(512 << 10)
    #expect(budget.isFull)
    budget.give(512 << 10)
    #expect(!budget.isFull)
    budget.takeWaiting(256 << 10)
    #expect(!budget.take((256 << 10) + 1))
    #expect(budget.take(256 << 10))
  }

  @Test func `the gate closes at a quarter and opens at an eighth`() {
    budget.takeWaiting(256 << 10)
    #expect(budget.gate.isOpen)
    budget.takeWaiting(1)
    #expect(!budget.gate.isOpen)
    budget.giveWaiting(128 << 10)
    #expect(!budget.gate.isOpen)
    budget.giveWaiting(1)
    #expect(budget.gate.isOpen)
    #expect(budget.gate.closingCount == 1)
  }

  @Test func `arriving payloads alone do not close the gate, so they can always be finished`() {
    #expect(budget.take(512 << 10))
    #expect(budget.gate.isOpen)
  }

  @Test func `the share of a sender shrinks as others fill the store`() {
    #expect(budget.senderShare == 64 << 10)
    budget.takeWaiting(128 << 10)
    #expect(budget.senderShare == 32 << 10)
    budget.takeWaiting(512 << 10)
    #expect(budget.senderShare == 0)
  }

  @Test func `who waits at the gate is called once, and who has gone is not`() {
    let (first, second) = (Reader(), Reader())
    budget.takeWaiting(512 << 10)
    for reader in [first, second] { budget.gate.whenOpen(for: reader) { reader.calls.add(1, ordering: .relaxed) } }
    budget.gate.forget(second)
    budget.giveWaiting(512 << 10)
    budget.takeWaiting(512 << 10)
    budget.giveWaiting(512 << 10)
    #expect(first.calls.load(ordering: .relaxed) == 1)
    #expect(second.calls.load(ordering: .relaxed) == 0)
    budget.gate.whenOpen(for: second) { second.calls.add(1, ordering: .relaxed) }
    #expect(second.calls.load(ordering: .relaxed) == 1)
  }

  @Test func `threads that take and give at once leave nothing taken and the gate open`() async {
    await withTaskGroup { group in
      for _ in 0..<4 {
        group.addTask { [budget] in
          for _ in 0..<20_000 {
            budget.takeWaiting(200 << 10)
            budget.giveWaiting(200 << 10)
          }
        }
      }
    }
    #expect(budget.usedByteCount == 0)
    #expect(budget.gate.isOpen)
  }

  private final class Reader: Sendable {
    let calls = Atomic(0)
  }
}

@Suite struct GatedReadingTests {
  private let loop = EmbeddedEventLoop()
  private let budget = ByteBudget(limit: 1 << 20)
  private let reads = ReadCounter()

  private func connect() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(
      handlers: [reads, GatedReading(gate: budget.gate, pauseMax: .seconds(2))], loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  @Test func `nothing is read while the gate is closed, and one read waits`() throws {
    let channel = try connect()
    budget.takeWaiting(512 << 10)
    let before = reads.count
    for _ in 0..<3 { channel.read() }
    #expect(reads.count == before)
    budget.giveWaiting(512 << 10)
    loop.run()
    #expect(reads.count == before + 1)
    channel.read()
    #expect(reads.count == before + 2)
  }

  @Test func `after two seconds at a closed gate one read is taken, and the next waits again`() throws {
    let channel = try connect()
    budget.takeWaiting(512 << 10)
    let before = reads.count
    channel.read()
    loop.advanceTime(by: .milliseconds(1999))
    #expect(reads.count == before)
    loop.advanceTime(by: .milliseconds(1))
    #expect(reads.count == before + 1)
    channel.read()
    loop.advanceTime(by: .milliseconds(1999))
    #expect(reads.count == before + 1)
    budget.giveWaiting(512 << 10)
    loop.run()
    #expect(reads.count == before + 2)
    loop.advanceTime(by: .seconds(10))
    #expect(reads.count == before + 2)
  }

  @Test func `a connection that closes at a closed gate is forgotten`() throws {
    let channel = try connect()
    budget.takeWaiting(512 << 10)
    let before = reads.count
    channel.read()
    try channel.close().wait()
    loop.run()
    budget.giveWaiting(512 << 10)
    loop.advanceTime(by: .seconds(10))
    #expect(reads.count == before)
  }
}

/// One connection floods while others send little, with a sink that keeps what it gets until the test lets it go.
@Suite struct FloodTests {
  private let loop = EmbeddedEventLoop()
  private let sink = HoldingSink(budget: ByteBudget(limit: 1 << 20))

  private func connect() throws -> EmbeddedChannel {
    let handler = FrameHandler(sink: sink, limits: ReceiverLimits(), budget: sink.budget)
    let channel = EmbeddedChannel(
      handlers: [GatedReading(gate: sink.budget.gate, pauseMax: .seconds(2)), handler], loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func frame(_ count: Int) -> ByteBuffer {
    var frame = ByteBuffer()
    frame.writeInteger(UInt32(count))
    frame.writeRepeatingByte(7, count: count)
    return frame
  }

  @Test func `one who floods is held back before the gate closes, and others are taken at once`() throws {
    let (flood, polite) = (try connect(), try connect())
    for _ in 0..<30 { try flood.writeInbound(frame(10_000)) }
    // Its share was a quarter of what was left: then 5 frames have 50,000 of 262,144 bytes.
    #expect(sink.taken == [10_000, 10_000, 10_000, 10_000, 10_000, 10_000])
    #expect(sink.budget.gate.isOpen)
    try polite.writeInbound(frame(1000))
    #expect(sink.taken.last == 1000)
    // The polite one's answer comes with the commit that takes all that waits: it never stands behind the whole flood.
    sink.answerAll()
    loop.run()
    #expect(try polite.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [0, 0, 0, 0]))
    // And the flood goes on where it was held.
    #expect(sink.taken.count == 13)
    while sink.answerAll() { loop.run() }
    #expect(sink.taken.count == 31)
    #expect(sink.refusals.isEmpty)
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `a frame larger than the share is taken when its connection has no other`() throws {
    let channel = try connect()
    try channel.writeInbound(frame(200_000))
    try channel.writeInbound(frame(200_000))
    #expect(sink.taken == [200_000])
    sink.answerAll()
    loop.run()
    #expect(sink.taken == [200_000, 200_000])
  }

  @Test func `what is read and cannot be taken is charged, and refused when it is too much`() throws {
    let channel = try connect()
    var refused = false
    // Each part holds 131,072 bytes of memory, and only the first 16 KiB are taken.
    for _ in 0..<8 where !refused {
      try channel.writeInbound(frame(100_000))
      refused = !sink.refusals.isEmpty
    }
    #expect(sink.refusals == [.receiveMemoryFull(limit: 512 << 10)])
    #expect(sink.taken == [100_000])
    sink.answerAll()
    loop.run()
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `half-received frames of many leave the others their half`() throws {
    let halves = try (0..<20).map { _ in try connect() }
    for half in halves {
      var bytes = ByteBuffer(integer: UInt32(64_000))
      bytes.writeRepeatingByte(1, count: 63_000)
      try half.writeInbound(bytes)
    }
    #expect(sink.budget.arrivingByteCount <= 512 << 10)
    #expect(sink.refusals.allSatisfy { $0 == .receiveMemoryFull(limit: 512 << 10) })
    #expect(sink.refusals.count == 12)
    let polite = try connect()
    try polite.writeInbound(frame(50_000))
    #expect(sink.taken == [50_000])
    // Those that were let in can be finished.
    for half in halves.prefix(8) { try half.writeInbound(ByteBuffer(repeating: 1, count: 1000)) }
    #expect(sink.taken.count == 9)
    #expect(sink.budget.arrivingByteCount == 0)
  }

  @Test func `a hundred thousand tiny frames hold no more than the limits at any time`() throws {
    let channel = try connect()
    var many = ByteBuffer()
    for _ in 0..<10_000 { many.writeInteger(UInt32(0)) }
    var most = 0
    for _ in 0..<10 {
      try channel.writeInbound(many)
      while sink.answerAll() {
        loop.run()
        most = max(most, sink.budget.usedByteCount)
        while try channel.readOutbound(as: ByteBuffer.self) != nil {}
      }
    }
    #expect(sink.count == 100_000)
    #expect(most <= 512 << 10)
    #expect(sink.budget.usedByteCount == 0)
  }
}
