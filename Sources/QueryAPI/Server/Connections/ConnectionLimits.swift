import NIOCore

/// How long a connection of the API port may take for what. Tests have shorter ones.
package struct ConnectionLimits: Hashable, Sendable {
  /// From a request's first byte, or the beginning of TLS, to the end of the header. Past it the connection closes.
  package var header = TimeAmount.seconds(10)

  /// From the end of the header to the end of the body. Past it the connection closes.
  package var body = TimeAmount.seconds(30)

  /// How long an answer may wait because its receiver does not read it; and what the receiver must have taken then, so
  /// that it waits on. Past it the connection closes.
  package var write = TimeAmount.seconds(15)
  package var writtenByteCountMin = 64 << 10

  /// Silence between two requests. Past it the connection closes.
  package var idle = TimeAmount.seconds(60)

  /// How long a connection that was refused is still read from, so that the refusal arrives.
  package var linger = TimeAmount.seconds(2)

  /// Connections at once, because each costs a file descriptor. More wait in the kernel's queue until one closes.
  package var connectionsMax = 128

  /// What one address other than this machine's own may have of them, so that it cannot take them all. More are closed
  /// at once.
  package var connectionsOfAddressMax = 96

  package init() {}
}
