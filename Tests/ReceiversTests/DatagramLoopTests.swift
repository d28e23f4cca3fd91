import NIOCore
import NIOPosix
import Testing

@testable import Receivers

@Suite struct DatagramLoopTests {
  /// A bound socket in whose receive queue `count` datagrams wait.
  private func socket(holding count: UInt8) async throws -> DatagramSocket {
    let loopback = try SocketAddress(ipAddress: "127.0.0.1", port: 0)
    let socket = try DatagramSocket(boundTo: loopback, receiveQueueByteCount: 1 << 20)
    let target = try SocketAddress(ipAddress: "127.0.0.1", port: socket.port)
    let sender = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(to: loopback).get()
    for number in 0..<count {
      try await sender.writeAndFlush(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: [number])))
    }
    try await sender.close()
    return socket
  }

  @Test func `what waits when it is told to stop is handed over`() async throws {
    let (socket, sink) = (try await socket(holding: 200), RecordingSink())
    socket.wake()
    var loop = DatagramLoop(socket: socket, sink: sink, limits: ReceiverLimits())
    loop.run()
    #expect(sink.payloads == (0..<200).map { [$0] })
  }

  @Test func `a flood cannot keep it from stopping`() async throws {
    let (socket, sink) = (try await socket(holding: 200), RecordingSink())
    socket.wake()
    var limits = ReceiverLimits()
    limits.datagramsPerRead = 64
    limits.datagramsDrainedMax = 64
    var loop = DatagramLoop(socket: socket, sink: sink, limits: limits)
    loop.run()
    #expect(sink.payloads.count == 64)
  }

  @Test func `a payload that the sink keeps is not overwritten by the next read`() async throws {
    let socket = try await socket(holding: 100)
    var batch = socket.makeBatch(ReceiverLimits())
    var kept: [Datagrams] = []
    while case let count = socket.receive(into: &batch), count > 0 {
      batch.payloads.ranges = (0..<count).map { batch.range($0) }
      kept.append(batch.payloads)
    }
    #expect(kept.flatMap { read in read.ranges.map { Array(read.bytes[$0]) } } == (0..<100).map { [$0] })
  }
}
