import NIOCore
import NIOEmbedded
import Testing
import TraceModel

@testable import Receivers

/// Deadlines, on a clock that the tests turn.
@Suite struct TCPDeadlineTests {
  private let loop = EmbeddedEventLoop()
  private let sink = RecordingSink(answering: nil)

  private func connect() throws -> EmbeddedChannel {
    let handler = FrameHandler(sink: sink, limits: ReceiverLimits(), budget: ByteBudget(limit: 1 << 20))
    let channel = EmbeddedChannel(handler: handler, loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  @Test func `a silent connection closes after ten minutes`() throws {
    let channel = try connect()
    loop.advanceTime(by: .seconds(599))
    #expect(channel.isActive)
    loop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `a frame that does not end is refused, however its bytes drip`() throws {
    let channel = try connect()
    try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 9]))
    for byte in UInt8(0)..<5 {
      loop.advanceTime(by: .milliseconds(5999))
      try channel.writeInbound(ByteBuffer(bytes: [byte]))
    }
    #expect(sink.refusals.isEmpty)
    loop.advanceTime(by: .milliseconds(5))
    #expect(sink.refusals == [.timedOut])
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [0, 0, 0, 9] + Array("timed_out".utf8)))
    loop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }

  @Test func `each frame has its own deadline`() throws {
    let channel = try connect()
    for count in 1...4 {
      try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 1]))
      loop.advanceTime(by: .seconds(29))
      // The end of one frame and the beginning of the next.
      try channel.writeInbound(ByteBuffer(bytes: [7]))
      #expect(sink.payloads.count == count)
    }
    #expect(sink.refusals.isEmpty)
  }

  @Test func `the sink may take its time`() throws {
    let channel = try connect()
    try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 1, 7]))
    loop.advanceTime(by: .hours(1))
    #expect(channel.isActive)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    loop.run()
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [0, 0, 0, 0]))
  }

  @Test func `reading pauses while enough frames are under way`() throws {
    let channel = try connect()
    let reads = ReadCounter()
    try channel.pipeline.syncOperations.addHandler(reads, position: .first)
    for number in 0..<100 { try channel.writeInbound(ByteBuffer(bytes: [0, 0, 0, 1, UInt8(number)])) }
    #expect(sink.payloads.count == 64)
    let count = reads.count
    channel.read()
    #expect(reads.count == count)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    loop.run()
    #expect(sink.payloads.count == 65)
    for number in 1..<64 { sink.held[number](PayloadAnswer(verdict: .accepted, body: [])) }
    loop.run()
    #expect(sink.payloads.count == 100)
    #expect(reads.count == count + 1)
  }
}
