import NIOCore
import NIOEmbedded

@testable import Receivers

/// A connection without a socket: what is sent is answered before `send` returns.
final class HTTPConversation {
  private let channel = EmbeddedChannel()

  /// - Parameter token: the one that requests need, if they need one.
  init(
    _ sink: RecordingSink, limits: ReceiverLimits = ReceiverLimits(), door: HTTPDoor = .otlp, cors: CORSPolicy = .off,
    token: String? = nil
  ) throws {
    let gatekeeper = try token.map { token in
      try Gatekeeper(
        ListenerSecurity(tokenFile: "tokens"), for: .http,
        read: { (_, _) throws(ReceiverError) in Array(token.utf8) })
    }
    try HTTPReceiver.configure(
      channel.pipeline.syncOperations, sink: sink, limits: limits, budget: sink.budget, door: door, cors: cors,
      gatekeeper: gatekeeper)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  var isActive: Bool { channel.isActive }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    guard channel.isActive else { return }
    try channel.writeInbound(ByteBuffer(bytes: bytes))
    channel.embeddedEventLoop.run()
  }

  /// The end of the stream, as a peer that has finished sending makes it.
  func endSending() {
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    channel.embeddedEventLoop.run()
  }

  func advanceTime(by amount: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: amount) }

  /// Closes it from outside and lets its handlers go.
  func finish() {
    _ = try? channel.finish(acceptAlreadyClosed: true)
    channel.embeddedEventLoop.run()
  }

  /// What has been answered since the last time.
  func answers() throws -> [HTTPAnswerText] {
    var text = ""
    while var part = try channel.readOutbound(as: ByteBuffer.self) {
      text += part.readString(length: part.readableBytes) ?? ""
    }
    return try HTTPAnswerText.all(in: text)
  }

  /// The only answer since the last time.
  func answer() throws -> HTTPAnswerText {
    let answers = try answers()
    guard answers.count == 1, let answer = answers.first else { throw NotOneAnswer(answers: answers) }
    return answer
  }

  struct NotOneAnswer: Error {
    var answers: [HTTPAnswerText]
  }
}
