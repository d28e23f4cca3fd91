import NIOCore
import NIOPosix

/// A payload a datagram, read on a thread of its own. Nothing is answered; what is lost is counted, the kernel's losses
/// too.
package final class UDPReceiver: Receiver {
  package let boundAddress: ListenAddress
  /// What the kernel grants the receive queue, in bytes, its own overhead included. Less than twice
  /// `ReceiverLimits.receiveQueueByteCount` means that net.core.rmem_max is in the way.
  package let receiveQueueByteCount: Int
  private let socket: DatagramSocket
  private let thread = NIOThreadPool(numberOfThreads: 1)

  package var transport: Transport { .udp }

  /// - Parameter security: only `.none`, because datagrams carry neither TLS nor tokens.
  package static func start(
    _ address: ListenAddress, sink: any PayloadSink, limits: ReceiverLimits = ReceiverLimits(),
    security: ListenerSecurity = .none
  ) async throws(ReceiverError) -> UDPReceiver {
    try Gatekeeper.check(security, for: .udp)
    let bound = try await address.bound(for: .udp) { socketAddress in
      let socket = try DatagramSocket(boundTo: socketAddress, receiveQueueByteCount: limits.receiveQueueByteCount)
      return (socket, ListenAddress(socketAddress, port: socket.port))
    }
    let receiver = UDPReceiver(socket: bound.0, boundAddress: bound.1)
    receiver.run(sink: sink, limits: limits)
    return receiver
  }

  private init(socket: DatagramSocket, boundAddress: ListenAddress) {
    self.socket = socket
    self.boundAddress = boundAddress
    receiveQueueByteCount = socket.receiveQueueByteCount
  }

  /// Also hands over what waits in the kernel's queue, since nobody will send it again.
  package func stop() async {
    socket.wake()
    await withCheckedContinuation { continuation in
      thread.shutdownGracefully { _ in continuation.resume() }
    }
  }

  private func run(sink: any PayloadSink, limits: ReceiverLimits) {
    let socket = socket
    thread.start()
    thread.submit { _ in
      var loop = DatagramLoop(socket: socket, sink: sink, limits: limits)
      loop.run()
    }
  }
}
