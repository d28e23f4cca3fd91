import NIOCore
import NIOPosix
import OTLPCodec
import Synchronization
import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct UDPSenderTests {
  /// Collects datagrams until there are enough.
  private final class Collector: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let datagrams = Mutex<[[UInt8]]>([])
    private let wanted: Int
    private let isDone: EventLoopPromise<[[UInt8]]>

    init(_ wanted: Int, _ isDone: EventLoopPromise<[[UInt8]]>) {
      self.wanted = wanted
      self.isDone = isDone
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let all = datagrams.withLock {
        $0.append(Array(unwrapInboundIn(data).data.readableBytesView))
        return $0
      }
      if all.count == wanted { isDone.succeed(all) }
    }
  }

  private let group = MultiThreadedEventLoopGroup.singleton

  /// What arrives of requests, when this many datagrams are to come.
  private func arrivals<Outcome: Sendable>(
    datagrams: Int, splitter: DatagramSplitter = DatagramSplitter(),
    of sending: @Sendable (UDPSender) async throws -> Outcome
  ) async throws -> (Outcome, [[UInt8]]) {
    let received = group.any().makePromise(of: [[UInt8]].self)
    let socket = try await DatagramBootstrap(group: group)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(datagrams, received))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(socket.localAddress?.port)
    let sender = UDPSender(to: Authority(host: "127.0.0.1", port: port), group: group, splitter: splitter)
    let result = try await sending(sender)
    let arrived = try await received.futureResult.get()
    await sender.close()
    try await socket.close()
    return (result, arrived)
  }

  @Test func `a request is a datagram`() async throws {
    let request = RequestEncoder.encode(madeUpSpans(2))
    let (result, arrived) = try await arrivals(datagrams: 1) { try await $0.send(request) }
    #expect(result == .unacknowledged(datagrams: 1))
    #expect(arrived == [request])
  }

  @Test func `a large request is several datagrams`() async throws {
    let spans = madeUpSpans(4, textLength: 900)
    let (result, arrived) = try await arrivals(datagrams: 4) { try await $0.send(RequestEncoder.encode(spans)) }
    #expect(result == .unacknowledged(datagrams: 4))
    #expect(Set(arrived) == Set(spans.map { RequestEncoder.encode([$0]) }))
  }

  @Test func `requests sent together are a datagram each, in their order`() async throws {
    let requests = (0..<40).map { RequestEncoder.encode(madeUpSpans(1, textLength: 100 + $0)) }
    let (results, arrived) = try await arrivals(datagrams: 40) { try await $0.send(together: requests) }
    #expect(results == Array(repeating: .unacknowledged(datagrams: 1), count: 40))
    #expect(arrived == requests)
  }

  @Test func `each of those sent together tells its own datagrams`() async throws {
    let large = RequestEncoder.encode(madeUpSpans(4, textLength: 900))
    let small = RequestEncoder.encode(madeUpSpans(1))
    let (results, _) = try await arrivals(datagrams: 6) { try await $0.send(together: [small, large, small]) }
    #expect(results == [1, 4, 1].map { .unacknowledged(datagrams: $0) })
  }

  @Test func `what UDP can carry is left whole for whoever wants that`() async throws {
    let request = RequestEncoder.encode(madeUpSpans(4, textLength: 900))
    let (result, arrived) = try await arrivals(datagrams: 1, splitter: .sparing) { try await $0.send(request) }
    #expect(result == .unacknowledged(datagrams: 1))
    #expect(arrived == [request])
  }

  @Test func `the largest span that UDP carries arrives`() async throws {
    let overhead = RequestEncoder.encode(madeUpSpans(1, textLength: 65_000)).count - 65_000
    let request = RequestEncoder.encode(madeUpSpans(1, textLength: 65_507 - overhead))
    #expect(request.count == 65_507)
    let (_, arrived) = try await arrivals(datagrams: 1) { try await $0.send(request) }
    #expect(arrived == [request])
  }

  @Test func `nobody listening on this machine is told`() async throws {
    let peer = Authority(host: "127.0.0.1", port: try await ScriptedServer.freePort())
    let sender = UDPSender(to: peer, group: group)
    await #expect(throws: SendingError.connectionRefused(peer)) {
      // The system tells it when it gets to it.
      for _ in 0..<10_000 { _ = try await sender.send([1]) }
    }
  }

  @Test func `nobody listening to requests sent together is told`() async throws {
    let peer = Authority(host: "127.0.0.1", port: try await ScriptedServer.freePort())
    let sender = UDPSender(to: peer, group: group)
    await #expect(throws: SendingError.connectionRefused(peer)) {
      for _ in 0..<1_000 { _ = try await sender.send(together: Array(repeating: [1], count: 64)) }
    }
  }
}
