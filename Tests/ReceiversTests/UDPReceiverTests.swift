import NIOCore
import NIOPosix
import Receivers
import Testing

@Suite(.timeLimit(.minutes(1))) struct UDPReceiverTests {
  private func withSender(
    _ sink: RecordingSink, limits: ReceiverLimits = ReceiverLimits(), address: ListenAddress = .anywhere,
    _ body: (_ send: ([UInt8]) async throws -> Void, UDPReceiver) async throws -> Void
  ) async throws {
    let receiver = try await UDPReceiver.start(address, sink: sink, limits: limits)
    let target = try SocketAddress.makeAddressResolvingHost(
      receiver.boundAddress.host, port: receiver.boundAddress.port)
    let channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: address.host, port: 0).get()
    do {
      try await body(
        { try await channel.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: $0))) },
        receiver)
    } catch {
      Issue.record(error)
    }
    try await channel.close()
    await receiver.stop()
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `every datagram of a burst is handed over, whole and in order`(host: String) async throws {
    let sink = RecordingSink()
    let sent = (0..<1000).map { number in Array("datagram \(number) ".utf8) + [UInt8](repeating: 7, count: number) }
    try await withSender(sink, address: ListenAddress(host: host, port: 0)) { send, _ in
      for payload in sent { try await send(payload) }
      await sink.waitForArrivals(sent.count)
    }
    #expect(sink.payloads == sent)
    #expect(sink.refusals.isEmpty)
    #expect(sink.kernelDrops == 0)
  }

  @Test func `the longest datagram of IPv4 is handed over whole`() async throws {
    let sink = RecordingSink()
    let payload = (0..<65_507).map { UInt8(truncatingIfNeeded: $0) }
    try await withSender(sink) { send, _ in
      try await send(payload)
      await sink.waitForArrivals(1)
    }
    #expect(sink.payloads == [payload])
  }

  @Test func `empty and cut datagrams are refused`() async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.datagramByteCountMax = 4
    try await withSender(sink, limits: limits) { send, _ in
      for payload in [[], [1, 2, 3, 4, 5], [1, 2, 3, 4]] as [[UInt8]] { try await send(payload) }
      await sink.waitForArrivals(3)
    }
    #expect(Set(sink.refusals) == [.emptyDatagram, .truncatedDatagram(limit: 4)])
    #expect(sink.payloads == [[1, 2, 3, 4]])
  }

  @Test func `what was sent is handed over or counted as dropped by the kernel`() async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.receiveQueueByteCount = 1
    let count = 5000
    try await withSender(sink, limits: limits) { send, receiver in
      #expect(receiver.receiveQueueByteCount < 10_000)
      // Larger than the queue: the kernel takes one at a time.
      for _ in 0..<count { try await send([UInt8](repeating: 1, count: 1200)) }
    }
    #expect(sink.payloads.count + Int(sink.kernelDrops) == count)
  }

  @Test func `stop hands over what waits in the kernel's queue`() async throws {
    let sink = RecordingSink()
    try await withSender(sink) { send, receiver in
      for number in UInt8(0)..<200 { try await send([number + 1]) }
      await receiver.stop()
      #expect(sink.payloads == (UInt8(0)..<200).map { [$0 + 1] })
    }
  }

  @Test func `an address in use is told apart`() async throws {
    try await withSender(RecordingSink()) { _, receiver in
      let address = receiver.boundAddress
      await #expect(throws: ReceiverError.addressInUse(address, .udp)) {
        _ = try await UDPReceiver.start(address, sink: RecordingSink())
      }
    }
  }
}
