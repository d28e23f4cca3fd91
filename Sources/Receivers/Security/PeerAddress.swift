import NIOCore

/// Whose connection it is, as far as an address tells: an IPv4 address, or the 64 bits of an IPv6 address that name a
/// network, since a host there has all the addresses of one.
enum PeerAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(network: UInt64)

  /// Nil for this machine's own addresses and Unix sockets, behind which all local programs stand.
  init?(_ address: SocketAddress?) {
    switch address {
    case .v4(let address)?: self.init(v4: UInt32(bigEndian: address.address.sin_addr.s_addr))
    case .v6(let address)?:
      // A union in C, all of whose members are the same 16 bytes.
      let words = unsafe address.address.sin6_addr.__in6_u.__u6_addr32
      let (first, second) = (UInt32(bigEndian: words.0), UInt32(bigEndian: words.1))
      let (third, fourth) = (UInt32(bigEndian: words.2), UInt32(bigEndian: words.3))
      switch (first, second, third, fourth) {
      case (0, 0, 0xffff, _): self.init(v4: fourth)
      case (0, 0, 0, 1): return nil
      default: self = .v6(network: UInt64(first) << 32 | UInt64(second))
      }
    case .unixDomainSocket?, nil: return nil
    }
  }

  private init?(v4 address: UInt32) {
    guard address >> 24 != 127 else { return nil }
    self = .v4(address)
  }
}
