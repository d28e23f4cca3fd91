import NIOCore

extension ListenerSecurity {
  /// One line for a listener that everybody who reaches the machine may send to, and how to close it; nil for any
  /// other. `address` is best the one that the receiver is bound to, because what a name leads to is not known here.
  package func warning(for transport: Transport, at address: ListenAddress) -> String? {
    guard tls == nil, tokenFile == nil, !address.isLoopback else { return nil }
    let remedy =
      switch (transport.carriesTLS, transport.carriesTokens) {
      case (true, true): "ask for tokens (--token-file) or certificates (--tls-cert, --tls-key, --tls-client-ca)"
      case (true, false): "ask for certificates (--tls-cert, --tls-key, --tls-client-ca)"
      case (false, _): "keep others away with a firewall"
      }
    return "\(transport): anybody who reaches \(address) may send; \(remedy), or listen on 127.0.0.1"
  }
}

extension ListenAddress {
  /// Whether only this machine reaches it. A name other than localhost may lead anywhere.
  package var isLoopback: Bool {
    if isUnix { return true }
    let name = host.lowercased()
    if name == "localhost" || name.hasSuffix(".localhost") { return true }
    do {
      // A numeric address only, in its usual form: nothing is looked up.
      let address = try SocketAddress(ipAddress: host, port: 0).ipAddress ?? ""
      return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    } catch {
      return false
    }
  }
}
