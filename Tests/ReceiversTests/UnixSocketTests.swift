import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Receivers
import Testing

@Suite(.timeLimit(.minutes(1))) struct UnixSocketTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID()).sock").path
  private var address: ListenAddress { ListenAddress(unixPath: path) }
  private let group = MultiThreadedEventLoopGroup.singleton

  private var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  @Test func `frames over a Unix socket are answered, and the file goes with the listener`() async throws {
    let sink = RecordingSink()
    let receiver = try await TCPReceiver.start(address, sink: sink, group: group)
    #expect(receiver.boundAddress == address)
    #expect(receiver.boundAddress.description == "unix:\(path)")
    let client = try await LoopbackClient(to: address)
    try await client.send([0, 0, 0, 5] + Array("spans".utf8))
    #expect(try await client.readFrame() == "5:115")
    try await client.close()
    await receiver.stop()
    #expect(!isThere)
    #expect(sink.payloads == [Array("spans".utf8)])
  }

  @Test func `datagrams over a Unix socket are handed over, and the file goes with the listener`() async throws {
    let sink = RecordingSink()
    let receiver = try await UDPReceiver.start(address, sink: sink)
    #expect(receiver.boundAddress == address)
    #expect(receiver.notices.isEmpty)
    let sender = try await DatagramBootstrap(group: group).connect(unixDomainSocketPath: path).get()
    for number in UInt8(0)..<200 { try await sender.writeAndFlush(ByteBuffer(bytes: [number])) }
    try await sender.writeAndFlush(ByteBuffer(bytes: [UInt8](repeating: 7, count: 65_507)))
    await sink.waitForArrivals(201)
    try await sender.close()
    await receiver.stop()
    #expect(!isThere)
    #expect(sink.payloads == (0..<200).map { [$0] } + [[UInt8](repeating: 7, count: 65_507)])
  }

  @Test func `what a dead process left is replaced`() async throws {
    let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let result = try unsafe SocketAddress(unixDomainSocketPath: path).withSockAddr { (pointer, length) in
      unsafe bind(left, pointer, socklen_t(length))
    }
    #expect(result == 0)
    close(left)
    #expect(isThere)
    let receiver = try await TCPReceiver.start(address, sink: RecordingSink(), group: group)
    await receiver.stop()
    #expect(!isThere)
  }

  @Test func `a path where somebody listens is in use, over both kinds of socket`() async throws {
    let frames = try await TCPReceiver.start(address, sink: RecordingSink(), group: group)
    for form in [DatagramForm.raw, .xray] {
      await #expect(throws: ReceiverError.addressInUse(address, form.transport)) {
        _ = try await UDPReceiver.start(address, form, sink: RecordingSink())
      }
    }
    await #expect(throws: ReceiverError.addressInUse(address, .tcp)) {
      _ = try await TCPReceiver.start(address, sink: RecordingSink(), group: group)
    }
    await frames.stop()
    let datagrams = try await UDPReceiver.start(address, sink: RecordingSink())
    await #expect(throws: ReceiverError.addressInUse(address, .tcp)) {
      _ = try await TCPReceiver.start(address, sink: RecordingSink(), group: group)
    }
    await datagrams.stop()
  }

  @Test func `a file that is no socket stays`() async throws {
    try Data([1]).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    await #expect(throws: ReceiverError.notASocket(address, .tcp)) {
      _ = try await TCPReceiver.start(address, sink: RecordingSink(), group: group)
    }
    #expect(ReceiverError.notASocket(address, .tcp).description.contains("remove it or choose another with --tcp"))
    #expect(isThere)
  }

  @Test func `a path too long for the system says so`() async throws {
    let long = ListenAddress(unixPath: "/" + String(repeating: "x", count: 200))
    await #expect(throws: ReceiverError.cannotListen(long, .udp, problem: "the path is longer than 107 bytes")) {
      _ = try await UDPReceiver.start(long, sink: RecordingSink())
    }
  }

  @Test func `a file that another has made meanwhile is left alone`() async throws {
    let receiver = try await UDPReceiver.start(address, sink: RecordingSink())
    try FileManager.default.removeItem(atPath: path)
    let other = try await UDPReceiver.start(address, sink: RecordingSink())
    await receiver.stop()
    #expect(isThere)
    await other.stop()
    #expect(!isThere)
  }
}
