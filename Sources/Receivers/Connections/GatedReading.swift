import NIOCore

/// Stands first in every connection, next to its socket: reads nothing while the gate is closed, so that the kernel's
/// buffers fill and the sender slows down.
///
/// After `readPauseMax` it reads once all the same: who cannot be taken then is told so (503, UNAVAILABLE), and not left
/// in the dark.
final class GatedReading: ChannelOutboundHandler {
  typealias OutboundIn = NIOAny
  typealias OutboundOut = NIOAny

  private let gate: ReadGate
  private let pauseMax: TimeAmount
  private var context: ChannelHandlerContext?
  private var isHeld = false
  private var patience: Scheduled<Void>?

  init(gate: ReadGate, pauseMax: TimeAmount) {
    self.gate = gate
    self.pauseMax = pauseMax
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    gate.forget(self)
    patience?.cancel()
    self.context = nil
  }

  func read(context: ChannelHandlerContext) {
    if gate.isOpen { context.read() } else { hold(context) }
  }

  private func hold(_ context: ChannelHandlerContext) {
    guard !isHeld else { return }
    isHeld = true
    let eventLoop = context.eventLoop
    patience = eventLoop.assumeIsolated().scheduleTask(in: pauseMax) { self.proceed() }
    let handler = NIOLoopBound(self, eventLoop: eventLoop)
    gate.whenOpen(for: self) {
      eventLoop.execute { handler.value.proceed() }
    }
  }

  private func proceed() {
    guard isHeld else { return }
    isHeld = false
    patience?.cancel()
    patience = nil
    context?.read()
  }
}
