import NIOCore
import NIOEmbedded
import NIOHPACK

@testable import Receivers

/// The other end of a gRPC connection, frame by frame, on a clock that the tests turn.
final class GRPCPeer {
  struct Frame: Equatable {
    var type: UInt8
    var flags: UInt8 = 0
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let priority: UInt8 = 2
    static let reset: UInt8 = 3
    static let settings: UInt8 = 4
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
    static let windowUpdate: UInt8 = 8
    static let continuation: UInt8 = 9

    static let endStream: UInt8 = 1
    static let acknowledgement: UInt8 = 1
    static let endHeaders: UInt8 = 4

    var bytes: [UInt8] { header(length: payload.count) + payload }

    /// The header alone, for a payload that is said to have this length.
    func header(length: Int) -> [UInt8] {
      [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), type, flags] + big(stream)
    }
  }

  /// All that came on one stream.
  struct Answer: Equatable {
    var headers: [String: String] = [:]
    var trailers: [String: String] = [:]
    var body: [UInt8] = []
    var hasEnded = false
    /// The code of RST_STREAM.
    var reset: UInt32?

    var status: String? { trailers["grpc-status"] ?? headers["grpc-status"] }
    var message: String? { trailers["grpc-message"] ?? headers["grpc-message"] }
  }

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let exportPath = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
  static let healthPath = "/grpc.health.v1.Health/Check"

  let loop: EmbeddedEventLoop
  let channel: EmbeddedChannel
  /// What came that belongs to no stream, and window updates.
  private(set) var frames: [Frame] = []
  private(set) var answers: [UInt32: Answer] = [:]
  private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
  private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
  private var received = ByteBuffer()

  /// Connects, and begins to speak HTTP/2 unless told otherwise.
  init(
    _ sink: RecordingSink, limits: ReceiverLimits = ReceiverLimits(), gatekeeper: Gatekeeper? = nil,
    begins: Bool = true
  ) throws {
    loop = EmbeddedEventLoop()
    channel = EmbeddedChannel(loop: loop)
    try GRPCReceiver.configure(
      channel.pipeline.syncOperations, sink: sink, limits: limits, gatekeeper: gatekeeper)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    guard begins else { return }
    try send(
      Self.preface + Frame(type: Frame.settings).bytes
        + Frame(type: Frame.settings, flags: Frame.acknowledgement).bytes)
  }

  /// The last GOAWAY's code.
  var goodbye: UInt32? {
    frames.last { $0.type == Frame.goAway }.map { $0.payload[4..<8].reduce(0) { $0 << 8 | UInt32($1) } }
  }

  /// The last stream that each GOAWAY speaks of.
  var lastStreams: [UInt32] {
    frames.filter { $0.type == Frame.goAway }.map { $0.payload[..<4].reduce(0) { $0 << 8 | UInt32($1) } }
  }

  /// Answers the PING that came last.
  func answerPing() throws {
    guard let ping = frames.last(where: { $0.type == Frame.ping && $0.flags == 0 }) else { return }
    try send(Frame(type: Frame.ping, flags: Frame.acknowledgement, payload: ping.payload))
  }

  func send(_ bytes: [UInt8]) throws {
    guard channel.isActive else { return }
    try channel.writeInbound(ByteBuffer(bytes: bytes))
    loop.run()
    try readAnswers()
  }

  func send(_ frames: Frame...) throws { try send(frames.flatMap(\.bytes)) }

  /// A whole call, in one read.
  func call(_ stream: UInt32, _ message: [UInt8] = [1, 2, 3], _ more: (String, String)...) throws {
    try send(
      try open(stream, more).bytes
        + Frame(type: Frame.data, flags: Frame.endStream, stream: stream, payload: framed(message)).bytes)
  }

  /// The HEADERS frame of a call; what `more` names replaces what is usual.
  func open(_ stream: UInt32, _ more: [(String, String)] = [], ends: Bool = false) throws -> Frame {
    var headers: HPACKHeaders = [
      ":method": "POST", ":scheme": "http", ":path": Self.exportPath, ":authority": "spoor",
      "content-type": "application/grpc", "te": "trailers",
    ]
    // In their places, because pseudo-headers come first.
    headers = HPACKHeaders(
      headers.map { name, value, _ in (name, more.last { $0.0 == name }?.1 ?? value) }
        + more.filter { !headers.contains(name: $0.0) })
    return Frame(
      type: Frame.headers, flags: Frame.endHeaders | (ends ? Frame.endStream : 0), stream: stream,
      payload: try encoded(headers))
  }

  func encoded(_ headers: HPACKHeaders) throws -> [UInt8] {
    var block = ByteBuffer()
    try encoder.encode(headers: headers, to: &block)
    return Array(block.readableBytesView)
  }

  /// The peer closes its side.
  func end() throws {
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    loop.run()
    try readAnswers()
  }

  func quiesce() throws {
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    loop.run()
    try readAnswers()
  }

  func wait(_ time: TimeAmount) throws {
    loop.advanceTime(by: time)
    try readAnswers()
  }

  /// What came as it came, for a peer that does not speak HTTP/2.
  func readText() throws -> String {
    while var part = try channel.readOutbound(as: ByteBuffer.self) { received.writeBuffer(&part) }
    return received.readString(length: received.readableBytes) ?? ""
  }

  private func readAnswers() throws {
    while let part = try channel.readOutbound(as: IOData.self) {
      if case .byteBuffer(var part) = part { received.writeBuffer(&part) }
    }
    while let word = received.getInteger(at: received.readerIndex, as: UInt64.self),
      received.readableBytes >= 9 + Int(word >> 40)
    {
      received.moveReaderIndex(forwardBy: 3)
      let (type, flags) = (received.readInteger(as: UInt8.self) ?? 0, received.readInteger(as: UInt8.self) ?? 0)
      let stream = received.readInteger(as: UInt32.self) ?? 0
      let payload = received.readBytes(length: Int(word >> 40)) ?? []
      try take(Frame(type: type, flags: flags, stream: stream, payload: payload))
    }
  }

  private func take(_ frame: Frame) throws {
    switch frame.type {
    case Frame.headers:
      var block = ByteBuffer(bytes: frame.payload)
      for (name, value, _) in try decoder.decodeHeaders(from: &block) {
        if answers[frame.stream]?.body.isEmpty == false {
          answers[frame.stream, default: Answer()].trailers[name] = value
        } else {
          answers[frame.stream, default: Answer()].headers[name] = value
        }
      }
    case Frame.data: answers[frame.stream, default: Answer()].body += frame.payload
    case Frame.reset:
      answers[frame.stream, default: Answer()].reset = frame.payload.reduce(0) { $0 << 8 | UInt32($1) }
    default: frames.append(frame)
    }
    if frame.type <= Frame.headers, frame.flags & Frame.endStream != 0 { answers[frame.stream]?.hasEnded = true }
  }
}

/// A message as gRPC frames it.
func framed(_ message: [UInt8], compressed: UInt8 = 0, length: Int? = nil) -> [UInt8] {
  [compressed] + big(UInt32(length ?? message.count)) + message
}

/// Four bytes, the highest first.
func big(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
