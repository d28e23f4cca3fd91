import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing
import TraceModel

@testable import Receivers

/// Deadlines, on a clock that the tests turn.
@Suite struct HTTPDeadlineTests {
  private let loop = EmbeddedEventLoop()
  private let sink = RecordingSink(answering: nil)

  private func connect() throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(loop: loop)
    try HTTPReceiver.configure(
      channel.pipeline.syncOperations, sink: sink, limits: ReceiverLimits(), budget: ByteBudget(limit: 1 << 20))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func sent(by channel: EmbeddedChannel) throws -> String {
    var text = ""
    while var part = try channel.readOutbound(as: ByteBuffer.self) {
      text += part.readString(length: part.readableBytes) ?? ""
    }
    return text
  }

  private let head = "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 5\r\n\r\n"

  @Test func `a silent connection closes after the idle deadline`() throws {
    let channel = try connect()
    loop.advanceTime(by: .seconds(59))
    #expect(channel.isActive)
    loop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `a header that does not end closes after its deadline, however its bytes drip`() throws {
    let channel = try connect()
    loop.advanceTime(by: .seconds(30))
    for byte in "POST /v1/" {
      try channel.writeInbound(ByteBuffer(string: String(byte)))
      loop.advanceTime(by: .seconds(1))
    }
    #expect(channel.isActive)
    loop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(sink.refusals == [.timedOut])
  }

  @Test func `a body that does not end is answered 408 and closes`() throws {
    let channel = try connect()
    try channel.writeInbound(ByteBuffer(string: head + "a"))
    for _ in 0..<3 {
      loop.advanceTime(by: .seconds(9))
      try channel.writeInbound(ByteBuffer(string: "b"))
    }
    #expect(try sent(by: channel) == "")
    loop.advanceTime(by: .seconds(3))
    #expect(try sent(by: channel).hasPrefix("HTTP/1.1 408 "))
    #expect(sink.refusals == [.timedOut])
    loop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }

  @Test func `the sink may take its time, and the next request has the whole idle deadline`() throws {
    let channel = try connect()
    try channel.writeInbound(ByteBuffer(string: head + "spans"))
    loop.advanceTime(by: .hours(1))
    #expect(channel.isActive)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    loop.run()
    #expect(try sent(by: channel).hasPrefix("HTTP/1.1 200 "))
    loop.advanceTime(by: .seconds(59))
    try channel.writeInbound(ByteBuffer(string: head + "spans"))
    #expect(sink.payloads.count == 2)
    sink.held[1](PayloadAnswer(verdict: .accepted, body: []))
    loop.run()
    loop.advanceTime(by: .seconds(59))
    #expect(channel.isActive)
    loop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `reading pauses while answers are not taken, and the connection closes if they never are`() throws {
    let channel = try connect()
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    let reads = ReadCounter()
    try channel.pipeline.syncOperations.addHandler(reads, position: .first)
    channel.read()
    #expect(reads.count == 0)
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
    #expect(reads.count == 1)
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    loop.advanceTime(by: .seconds(30))
    #expect(!channel.isActive)
  }
}

/// Counts the reads that reach the socket.
final class ReadCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private(set) var count = 0

  func read(context: ChannelHandlerContext) {
    count += 1
    context.read()
  }
}
