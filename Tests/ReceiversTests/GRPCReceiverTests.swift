import NIOCore
import NIOPosix
import Testing
import TraceModel

@testable import Receivers

/// The same over sockets.
@Suite(.timeLimit(.minutes(1))) struct GRPCReceiverTests {
  private typealias Frame = GRPCPeer.Frame

  private func withClient(
    _ sink: RecordingSink, limits: ReceiverLimits = ReceiverLimits(),
    _ body: (LoopbackClient, GRPCReceiver) async throws -> Void
  ) async throws {
    let receiver = try await GRPCReceiver.start(
      .anywhere, sink: sink, limits: limits, group: MultiThreadedEventLoopGroup.singleton)
    let client = try await LoopbackClient(to: receiver.boundAddress)
    do { try await body(client, receiver) } catch { Issue.record(error) }
    await receiver.stop()
  }

  /// Frames of calls, made by a peer that is not connected.
  private func calls(_ streams: [UInt32], _ message: [UInt8]) throws -> [UInt8] {
    let peer = try GRPCPeer(RecordingSink())
    return try GRPCPeer.preface + Frame(type: Frame.settings).bytes
      + streams.flatMap {
        try peer.open($0).bytes
          + Frame(type: Frame.data, flags: Frame.endStream, stream: $0, payload: framed(message)).bytes
      }
  }

  @Test func `calls come in over a socket, and the listener says where`() async throws {
    let sink = RecordingSink()
    try await withClient(sink) { client, receiver in
      #expect(receiver.transport == .grpc)
      #expect(receiver.boundAddress.port > 0)
      try await client.send(try calls([1, 3, 5], [1, 2, 3]))
      await sink.waitForArrivals(3)
    }
    #expect(sink.payloads == [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
    #expect(sink.refusals.isEmpty)
  }

  @Test func `stopping answers what the sink has, then closes`() async throws {
    let sink = RecordingSink(answering: nil)
    try await withClient(sink) { client, receiver in
      try await client.send(try calls([1], [1]))
      await sink.waitForArrivals(1)
      async let stopped: Void = receiver.stop()
      sink.held[0](PayloadAnswer(verdict: .accepted, body: Array("kept".utf8)))
      let bytes = try await client.readToEnd()
      await stopped
      #expect(bytes.firstRange(of: framed(Array("kept".utf8))) != nil)
      // GOAWAY for no stream yet, without an error.
      #expect(bytes.firstRange(of: [0, 0, 8, 7, 0, 0, 0, 0, 0] + big(0x7fff_ffff) + big(0)) != nil)
    }
  }

  @Test func `one connection too many is closed and counted`() async throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.connectionsMax = 1
    try await withClient(sink, limits: limits) { client, receiver in
      try await client.send(try calls([1], [1]))
      await sink.waitForArrivals(1)
      let second = try await LoopbackClient(to: receiver.boundAddress)
      #expect(try await second.readToEnd().isEmpty)
    }
    #expect(sink.refusals == [.tooManyConnections(limit: 1)])
  }

  @Test func `HTTP 1 is answered, and the connection closed`() async throws {
    try await withClient(RecordingSink()) { client, _ in
      try await client.send("POST /v1/traces HTTP/1.1\r\nHost: spoor\r\nContent-Length: 5\r\n\r\nspans")
      let response = try await client.readResponse()
      #expect(response.status == 400)
      #expect(response.body.contains("otlp-http"))
      #expect(try await client.readToEnd().isEmpty)
    }
  }
}
