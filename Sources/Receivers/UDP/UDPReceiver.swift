import NIOCore
import NIOPosix

/// A payload a datagram, over UDP or a Unix socket, read on a thread of its own. Nothing is answered; what is lost is
/// counted, the kernel's losses too.
package final class UDPReceiver: Receiver {
  package let transport: Transport
  package let boundAddress: ListenAddress
  /// What the kernel grants the receive queue, in bytes, its own overhead included: twice what was asked for at best.
  package let receiveQueueByteCount: Int
  private let askedQueueByteCount: Int
  private let socket: DatagramSocket
  private let thread = NIOThreadPool(numberOfThreads: 1)

  /// - Parameter security: only `.none`, because datagrams carry neither TLS nor tokens.
  package static func start(
    _ address: ListenAddress, _ form: DatagramForm = .raw, sink: any PayloadSink,
    limits: ReceiverLimits = ReceiverLimits(), security: ListenerSecurity = .none
  ) async throws(ReceiverError) -> UDPReceiver {
    try Gatekeeper.check(security, for: form.transport)
    let bound = try await address.bound(for: form.transport) { socketAddress in
      let socket = try DatagramSocket(boundTo: socketAddress, receiveQueueByteCount: limits.receiveQueueByteCount)
      return (socket, address.isUnix ? address : ListenAddress(socketAddress, port: socket.port))
    }
    let receiver = UDPReceiver(form, socket: bound.0, boundAddress: bound.1, limits: limits)
    receiver.run(form, sink: sink, limits: limits)
    return receiver
  }

  private init(_ form: DatagramForm, socket: DatagramSocket, boundAddress: ListenAddress, limits: ReceiverLimits) {
    self.transport = form.transport
    self.socket = socket
    self.boundAddress = boundAddress
    receiveQueueByteCount = socket.receiveQueueByteCount
    askedQueueByteCount = limits.receiveQueueByteCount
  }

  /// Says when the kernel grants a shorter receive queue than was asked for. Senders on a Unix socket wait when it is full,
  /// so there nothing is missed.
  package var notices: [String] {
    // The kernel doubles what it is asked for, for its own overhead.
    guard !boundAddress.isUnix, receiveQueueByteCount / 2 < askedQueueByteCount else { return [] }
    return [
      "\(transport): the kernel grants a receive queue of \(receiveQueueByteCount / 2) bytes, not the "
        + "\(askedQueueByteCount) asked for, so bursts may be dropped; raise it with "
        + "sysctl net.core.rmem_max=\(askedQueueByteCount)"
    ]
  }

  /// Also hands over what waits in the kernel's queue, since nobody will send it again.
  package func stop() async {
    socket.wake()
    await withCheckedContinuation { continuation in
      thread.shutdownGracefully { _ in continuation.resume() }
    }
    socket.close()
    boundAddress.socketFile?.removeIfDeserted()
  }

  private func run(_ form: DatagramForm, sink: any PayloadSink, limits: ReceiverLimits) {
    let socket = socket
    thread.start()
    thread.submit { _ in
      var loop = DatagramLoop(socket: socket, form: form, sink: sink, limits: limits)
      loop.run()
    }
  }
}
