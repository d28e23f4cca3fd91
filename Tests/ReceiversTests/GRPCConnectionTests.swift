import NIOCore
import NIOEmbedded
import Testing
import TraceModel

@testable import Receivers

/// The life of a connection: its beginning, its windows, its deadlines and its end.
@Suite struct GRPCConnectionTests {
  private typealias Frame = GRPCPeer.Frame
  private let sink = RecordingSink()

  @Test func `settings and a wide window come first`() throws {
    let peer = try GRPCPeer(sink)
    #expect(peer.frames.first?.type == Frame.settings)
    let settings = peer.frames.first?.payload ?? []
    let pairs = stride(from: 0, to: settings.count, by: 6).map { Array(settings[$0..<$0 + 6]) }
    #expect(
      pairs == [[0, 3] + big(128), [0, 4] + big(4 << 20), [0, 5] + big(1 << 20), [0, 6] + big(16 << 10)])
    #expect(peer.frames.contains(Frame(type: Frame.windowUpdate, payload: big(8 << 20 - 65_535))))
  }

  /// NIO reads at once what a peer that is gone had sent, when it finds that out by writing.
  @Test(arguments: 1...2) func `what comes while the first words are written is taken in its order`(flush: Int) throws {
    let calls = try GRPCPeer(RecordingSink(), begins: false)
    let whole =
      try GRPCPeer.preface + Frame(type: Frame.settings).bytes
      + [1, 3, 5].flatMap {
        try calls.open($0).bytes
          + Frame(type: Frame.data, flags: Frame.endStream, stream: $0, payload: framed([UInt8($0)])).bytes
      }
    for cut in [24, 30, 60, 120, whole.count - 1] {
      let sink = RecordingSink()
      let channel = EmbeddedChannel()
      try channel.pipeline.syncOperations.addHandler(ReadingWhileWriting(Array(whole[cut...]), at: flush))
      try GRPCReceiver.configure(channel.pipeline.syncOperations, sink: sink, limits: ReceiverLimits())
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      try channel.writeInbound(ByteBuffer(bytes: whole[..<cut]))
      channel.embeddedEventLoop.run()
      #expect(sink.payloads == [[1], [3], [5]], "cut at \(cut)")
      #expect(sink.refusals.isEmpty, "cut at \(cut)")
      _ = try channel.finish(acceptAlreadyClosed: true)
    }
  }

  @Test func `PINGs are answered`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send(Frame(type: Frame.ping, payload: [1, 2, 3, 4, 5, 6, 7, 8]))
    #expect(
      peer.frames.contains(
        Frame(type: Frame.ping, flags: Frame.acknowledgement, payload: [1, 2, 3, 4, 5, 6, 7, 8])))
  }

  @Test func `a PING with each call, as Go sends it, and one each second may go on for ever`() throws {
    let peer = try GRPCPeer(sink)
    let ping = Frame(type: Frame.ping, payload: [0, 0, 0, 0, 0, 0, 0, 0])
    for call in 0..<1500 {
      try peer.call(UInt32(2 * call + 1))
      try peer.send(ping, Frame(type: Frame.windowUpdate, payload: big(100)))
    }
    // An answer is awaited meanwhile, or the connection would be idle.
    try peer.send(try peer.open(9001))
    for _ in 0..<29 {
      try peer.wait(.seconds(1))
      try peer.send(ping)
    }
    #expect(peer.channel.isActive)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `windows open again before they are used up, and not with every frame`() throws {
    var limits = ReceiverLimits()
    limits.streamWindowByteCount = 100_000
    limits.connectionWindowByteCount = 200_000
    limits.inlineByteCountMax = .max
    let peer = try GRPCPeer(sink, limits: limits)
    let before = peer.frames.count
    let message = [UInt8](repeating: 9, count: 1_000_000)
    try peer.send(try peer.open(1))
    let bytes = framed(message)
    for start in stride(from: 0, to: bytes.count, by: 10_000) {
      let part = Array(bytes[start..<min(start + 10_000, bytes.count)])
      try peer.send(
        Frame(
          type: Frame.data, flags: start + 10_000 >= bytes.count ? Frame.endStream : 0, stream: 1, payload: part))
    }
    let isWhole = sink.payloads == [message]
    #expect(isWhole)
    let updates = peer.frames[before...]
    #expect(updates.allSatisfy { $0.type == Frame.windowUpdate })
    #expect((25...32).contains(updates.count))
    // A message that fits needs none of its own.
    try peer.call(3)
    #expect(peer.frames.filter { $0.stream == 3 }.isEmpty)
  }

  @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "POST /v1/traces HTTP/1.1\r\n", "P", "\u{16}\u{3}\u{1}"])
  func `who speaks another protocol is told what is spoken here`(text: String) throws {
    let peer = try GRPCPeer(sink, begins: false)
    for byte in text.utf8 { try peer.channel.writeInbound(ByteBuffer(bytes: [byte])) }
    if text == "P" { peer.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
    let answer = try peer.readText()
    #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    #expect(answer.contains("gRPC"))
    #expect(!peer.channel.isActive)
    #expect(sink.refusals == [.notHTTP2])
  }

  @Test func `a connection that comes and goes is not counted`() throws {
    let peer = try GRPCPeer(sink, begins: false)
    try peer.end()
    #expect(!peer.channel.isActive)
    #expect(try peer.readText().isEmpty)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `a beginning that does not end closes after the header's deadline`() throws {
    for (bytes, refusals) in [([], []), (Array(GRPCPeer.preface[..<10]), [Refusal.timedOut])] {
      let sink = RecordingSink()
      let peer = try GRPCPeer(sink, begins: false)
      peer.loop.advanceTime(by: .seconds(9))
      try peer.channel.writeInbound(ByteBuffer(bytes: bytes))
      #expect(peer.channel.isActive)
      peer.loop.advanceTime(by: .seconds(1))
      #expect(!peer.channel.isActive)
      #expect(sink.refusals == refusals)
    }
  }

  @Test func `an idle connection closes with GOAWAY, PINGs or not`() throws {
    let peer = try GRPCPeer(sink)
    try peer.wait(.seconds(50))
    try peer.call(1)
    for _ in 0..<59 {
      try peer.wait(.seconds(1))
      try peer.send(Frame(type: Frame.ping, payload: [0, 0, 0, 0, 0, 0, 0, 0]))
    }
    #expect(peer.channel.isActive)
    try peer.wait(.seconds(1))
    #expect(peer.channel.isActive)
    try peer.answerPing()
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == 0)
    #expect(peer.lastStreams == [0x7fff_ffff, 1])
    #expect(sink.refusals.isEmpty)
  }

  @Test func `a header that drips closes after its deadline`() throws {
    let peer = try GRPCPeer(sink)
    for byte in try peer.open(1).bytes.prefix(10) {
      try peer.send([byte])
      try peer.wait(.seconds(1))
    }
    #expect(!peer.channel.isActive)
    #expect(peer.goodbye == 11)
    #expect(sink.refusals == [.timedOut])
  }

  @Test func `a header that lacks its last CONTINUATION closes after its deadline`() throws {
    let peer = try GRPCPeer(sink)
    var open = try peer.open(1)
    open.flags = 0
    try peer.send(open)
    try peer.wait(.seconds(9))
    #expect(peer.channel.isActive)
    try peer.wait(.seconds(1))
    #expect(!peer.channel.isActive)
  }

  @Test func `a message that drips ends after its deadline, and the other calls go on`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1))
    for _ in 0..<2 {
      try peer.wait(.seconds(10))
      try peer.send(Frame(type: Frame.data, stream: 1, payload: [0]))
    }
    try peer.call(3, [7])
    try peer.wait(.seconds(10))
    #expect(peer.answers[1]?.status == "4")
    #expect(peer.answers[1]?.reset == 0)
    #expect(sink.refusals == [.timedOut])
    // The sink may take its time.
    try peer.wait(.hours(1))
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    try peer.send([])
    #expect(peer.answers[3]?.status == "0")
    try peer.wait(.seconds(61))
    #expect(peer.channel.isActive)
    // It does not answer the PING.
    try peer.wait(.seconds(1))
    #expect(!peer.channel.isActive)
  }

  @Test func `an answer for which there is no window is given up after its deadline`() throws {
    let peer = try GRPCPeer(sink, begins: false)
    // SETTINGS_INITIAL_WINDOW_SIZE = 0.
    try peer.send(GRPCPeer.preface + Frame(type: Frame.settings, payload: [0, 4] + big(0)).bytes)
    try peer.call(1)
    #expect(sink.payloads.count == 1)
    #expect(peer.answers[1]?.hasEnded == false)
    try peer.wait(.seconds(29))
    #expect(peer.answers[1]?.reset == nil)
    try peer.wait(.seconds(1))
    #expect(peer.answers[1]?.reset == 8)
    // With one, it comes.
    try peer.call(3)
    try peer.send(Frame(type: Frame.windowUpdate, stream: 3, payload: big(1000)))
    #expect(peer.answers[3]?.status == "0")
  }

  @Test func `asked to stop, it answers what has begun and takes nothing new`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    try peer.call(1)
    try peer.send(try peer.open(3))
    try peer.quiesce()
    #expect(peer.lastStreams == [0x7fff_ffff])
    #expect(peer.channel.isActive)
    // This one was on its way.
    try peer.call(5)
    try peer.answerPing()
    #expect(peer.lastStreams == [0x7fff_ffff, 5])
    try peer.send(Frame(type: Frame.data, flags: Frame.endStream, stream: 3, payload: framed([1])))
    #expect(sink.payloads.count == 3)
    #expect(peer.channel.isActive)
    for answer in sink.held { answer(PayloadAnswer(verdict: .accepted, body: [])) }
    peer.loop.run()
    try peer.wait(.seconds(0))
    #expect([1, 3, 5].map { peer.answers[$0]?.status } == ["0", "0", "0"])
    #expect(peer.goodbye == 0)
    #expect(!peer.channel.isActive)
    #expect(sink.refusals.isEmpty)
  }

  @Test func `asked to stop while idle, it closes`() throws {
    let unborn = try GRPCPeer(sink, begins: false)
    try unborn.quiesce()
    #expect(!unborn.channel.isActive)
    for answers in [true, false] {
      let peer = try GRPCPeer(sink)
      try peer.quiesce()
      if answers { try peer.answerPing() } else { try peer.wait(.seconds(2)) }
      #expect(!peer.channel.isActive)
      #expect(peer.goodbye == 0)
    }
  }

  @Test func `a client that says goodbye gets its answers first`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    try peer.call(1)
    try peer.send(Frame(type: Frame.goAway, payload: big(0) + big(0)))
    #expect(peer.channel.isActive)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    peer.loop.run()
    try peer.wait(.seconds(0))
    #expect(peer.answers[1]?.status == "0")
    #expect(!peer.channel.isActive)
  }

  @Test func `what breaks the protocol after our goodbye ends the connection all the same`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    try peer.call(1)
    try peer.quiesce()
    try peer.answerPing()
    try peer.call(3)
    #expect(!peer.channel.isActive)
    #expect(sink.refusals == [.malformedHTTP2("NoSuchStream")])
  }

  @Test func `a client that stops sending gets its answers, and half a call is counted`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    try peer.call(1)
    try peer.send(try peer.open(3))
    try peer.end()
    #expect(sink.refusals == [.truncatedBody])
    #expect(peer.channel.isActive)
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    peer.loop.run()
    try peer.wait(.seconds(0))
    #expect(peer.answers[1]?.status == "0")
    #expect(!peer.channel.isActive)
  }

  @Test func `a connection that breaks counts the calls that had begun`() throws {
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1), try peer.open(3))
    peer.channel.close(promise: nil)
    peer.loop.run()
    #expect(sink.refusals == [.truncatedBody, .truncatedBody])
  }

  @Test func `reading pauses while the sink has more of a connection than its share`() throws {
    // The share is a quarter of the quarter at which nobody is read any more.
    let sink = RecordingSink(answering: nil, budget: ByteBudget(limit: 1 << 20))
    let peer = try GRPCPeer(sink)
    let reads = ReadCounter()
    try peer.channel.pipeline.syncOperations.addHandler(reads, position: .first)
    for (stream, count) in [(1, 60_000), (3, 10_000)] as [(UInt32, Int)] {
      let before = reads.count
      try peer.send(
        try peer.open(stream),
        Frame(
          type: Frame.data, flags: Frame.endStream, stream: stream,
          payload: framed([UInt8](repeating: 0, count: count))))
      peer.channel.read()
      #expect(reads.count - before == (stream == 1 ? 1 : 0))
    }
    // One that its client takes back stays with the sink.
    try peer.send(Frame(type: Frame.reset, stream: 1, payload: big(8)))
    let before = reads.count
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    peer.loop.run()
    #expect(reads.count == before + 1)
    peer.channel.read()
    #expect(reads.count == before + 2)
  }

  @Test func `reading pauses while answers are not taken, and the connection closes if they never are`() throws {
    let peer = try GRPCPeer(sink)
    let channel = peer.channel
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
    try peer.wait(.seconds(30))
    #expect(!channel.isActive)
  }
}

/// Stands next to the socket, and reads the rest of what was sent while something is flushed for the so manieth time.
private final class ReadingWhileWriting: ChannelOutboundHandler {
  typealias OutboundIn = IOData

  private let rest: [UInt8]
  private var flushesLeft: Int

  init(_ rest: [UInt8], at flush: Int) {
    self.rest = rest
    flushesLeft = flush
  }

  func flush(context: ChannelHandlerContext) {
    context.flush()
    flushesLeft -= 1
    guard flushesLeft == 0 else { return }
    context.fireChannelRead(NIOAny(ByteBuffer(bytes: rest)))
    context.fireChannelReadComplete()
  }
}
