import NIOCore
import NIOHTTP2

/// Stands before the HTTP/2 parser and cuts a connection off that floods it with frames, or that lets a header drip.
final class FrameGuard: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the PING behind our first GOAWAY carries.
  static let goodbyePing = HTTP2PingData(withInteger: 0x73_706f_6f72_2067_6f)

  private unowned let connection: GRPCConnection
  private let limits: ReceiverLimits
  private var context: ChannelHandlerContext?
  private var walk: FrameWalk
  private var isShut = false
  private var isDeadlineSet = false
  private var deadline: ConnectionDeadline?

  init(_ connection: GRPCConnection, limits: ReceiverLimits) {
    self.connection = connection
    self.limits = limits
    walk = FrameWalk(after: PrefaceHandler.preface.count, limits: limits, now: .uptimeNanoseconds(0))
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    walk = FrameWalk(after: PrefaceHandler.preface.count, limits: limits, now: context.eventLoop.now)
    deadline = ConnectionDeadline(on: context.eventLoop) { [unowned self] in shut(.timedOut) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.invalidate()
    self.context = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isShut else { return }
    do throws(Refusal) {
      try walk.walk(over: unwrapInboundIn(data), now: context.eventLoop.now)
    } catch {
      return shut(error)
    }
    setDeadline()
    context.fireChannelRead(data)
  }

  /// Called by the connection.
  func requestAnswered() {
    walk.requestAnswered()
  }

  /// Writes a GOAWAY for no stream yet, which asks the peer to begin no more, and a PING, whose answer says that it knows.
  ///
  /// Not through the parser: after a GOAWAY of its own NIO's takes a call that was on its way for a breach of the
  /// protocol, and ends the connection with all its calls.
  func announceEnd() {
    guard let context else { return }
    var frames = ByteBuffer()
    frames.writeBytes([0, 0, 8, 7, 0, 0, 0, 0, 0])
    frames.writeInteger(UInt32(Int32.max))
    frames.writeInteger(UInt32(0))
    frames.writeBytes([0, 0, 8, 6, 0, 0, 0, 0, 0])
    frames.writeInteger(Self.goodbyePing.integer)
    context.writeAndFlush(wrapOutboundOut(frames), promise: nil)
  }

  private func setDeadline() {
    guard walk.isInsideFrame != isDeadlineSet else { return }
    isDeadlineSet = walk.isInsideFrame
    if isDeadlineSet { deadline?.set(in: limits.headerDeadline) } else { deadline?.clear() }
  }

  private func shut(_ refusal: Refusal) {
    isShut = true
    deadline?.clear()
    connection.abandon(refusal)
  }
}
