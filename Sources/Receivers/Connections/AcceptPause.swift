import Glibc
import NIOCore

/// Lets a listener wait when the process can open no more files or memory is short. The connection that could not be
/// accepted stays in the kernel's queue, so the listener stays readable.
///
/// NIO's own AcceptBackoffHandler delays the next read, but the channel stays registered when not one connection was
/// accepted before the error, and calls accept as fast as it can: half a core for each listener (NIO 2.101).
final class AcceptPause: ChannelInboundHandler {
  typealias InboundIn = any Channel
  typealias InboundOut = any Channel

  private let length: TimeAmount
  private var isPausing = false

  init(length: TimeAmount) {
    self.length = length
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch (error as? IOError)?.errnoCode {
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: pause(context)
    default: context.fireErrorCaught(error)
    }
  }

  private func pause(_ context: ChannelHandlerContext) {
    guard !isPausing else { return }
    isPausing = true
    // Fails only on a channel that is closed.
    let channel = context.channel
    channel.setOption(.autoRead, value: false).whenFailure { _ in }
    context.eventLoop.assumeIsolated().scheduleTask(in: length) {
      self.isPausing = false
      channel.setOption(.autoRead, value: true).whenFailure { _ in }
    }
  }
}
