import NIOCore
import NIOEmbedded
import Testing

@testable import Receivers

@Suite struct SecurityConnectionCountTests {
  private func address(_ text: String) throws -> PeerAddress? {
    PeerAddress(try SocketAddress(ipAddress: text, port: 1))
  }

  @Test func `an address is one however it is written, and an IPv6 network is one`() throws {
    #expect(try address("192.0.2.1") == .v4(0xc000_0201))
    #expect(try address("::ffff:192.0.2.1") == .v4(0xc000_0201))
    #expect(try address("2001:db8:1:2::1") == .v6(network: 0x2001_0db8_0001_0002))
    #expect(try address("2001:db8:1:2:3:4:5:6") == address("2001:db8:1:2::1"))
    #expect(try address("2001:db8:1:3::1") != address("2001:db8:1:2::1"))
  }

  @Test(arguments: ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
  func `programs of this machine share no address`(text: String) throws {
    #expect(try address(text) == nil)
    #expect(PeerAddress(try SocketAddress(unixDomainSocketPath: "/tmp/x")) == nil)
    #expect(PeerAddress(nil) == nil)
  }

  @Test func `one address cannot take the last quarter, others can`() throws {
    var limits = ReceiverLimits()
    (limits.connectionsMax, limits.connectionsOfFew) = (16, 3)
    let registry = ConnectionRegistry(limits: limits)
    let greedy = (0..<16).map { _ in Peer("192.0.2.1") }
    #expect(greedy.map { registry.isAdmitted($0.channel) } == (0..<16).map { $0 < 12 })
    // Each of the others may have three of what is left.
    let second = (0..<4).map { _ in Peer("192.0.2.2") }
    #expect(second.map { registry.isAdmitted($0.channel) } == [true, true, true, false])
    let third = (0..<2).map { _ in Peer("192.0.2.3") }
    #expect(third.map { registry.isAdmitted($0.channel) } == [true, false])
    // What closes counts no more.
    for peer in greedy.prefix(5) { _ = try peer.channel.finish() }
    let again = Peer("192.0.2.1")
    #expect(registry.isAdmitted(again.channel))
  }

  @Test(arguments: [
    (1024, 3, 256), (1_048_576, 4, 4096), (300, 2, 22), (64, 3, 16), (1, 1, 16), (4096, 1, 3072), (Int.max, 4, 4096),
    (4096, 0, 3072),
  ])
  func `connections leave files for the rest`(openFiles: Int, listeners: Int, connectionsMax: Int) {
    #expect(ReceiverLimits.fitting(openFiles: openFiles, listeners: listeners).connectionsMax == connectionsMax)
  }

  /// A connection from an address.
  private struct Peer {
    let channel = EmbeddedChannel()

    init(_ address: String) {
      channel.remoteAddress = try? SocketAddress(ipAddress: address, port: 1)
    }
  }
}

extension ConnectionRegistry {
  fileprivate func isAdmitted(_ channel: any Channel) -> Bool {
    if case .admitted = admit(channel) { true } else { false }
  }
}
