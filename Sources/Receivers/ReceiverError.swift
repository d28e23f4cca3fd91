import Glibc
import NIOCore

/// Why a receiver could not start.
package enum ReceiverError: Error, Equatable, Sendable {
  /// Another socket listens there.
  case addressInUse(ListenAddress, Transport)
  /// The system does not let this user listen there.
  case permissionDenied(ListenAddress, Transport)
  /// The host is no address of this machine.
  case addressNotAvailable(ListenAddress, Transport)
  /// At the path of a Unix socket stands a file of another kind.
  case notASocket(ListenAddress, Transport)
  /// The host's name leads to no address.
  case cannotResolve(ListenAddress, Transport)
  /// Anything else that the system said.
  case cannotListen(ListenAddress, Transport, problem: String)
  /// A file that says who may send cannot be read or does not hold what it should.
  case unusableFile(String, ListenerName, problem: String)
  /// TLS is asked for where there is none.
  case cannotCarryTLS(Transport)
  /// Tokens are asked for where a sender has no place for one.
  case cannotCarryTokens(Transport)
}

extension ReceiverError: CustomStringConvertible {
  /// One line: what is wrong and what to do.
  package var description: String {
    switch self {
    case .addressInUse(let address, let transport):
      "\(transport): \(address) is in use; stop the other program or \(Self.another(transport))"
    case .permissionDenied(let address, let transport):
      if address.isUnix {
        "\(transport): no permission to make the socket \(address); \(Self.another(transport))"
      } else {
        "\(transport): no permission to listen on \(address); take a port from 1024 up: \(Self.another(transport))"
      }
    case .addressNotAvailable(let address, let transport):
      "\(transport): \(address) is not an address of this machine; \(Self.another(transport))"
    case .notASocket(let address, let transport):
      "\(transport): at \(address) stands a file that is no socket; remove it or \(Self.another(transport))"
    case .cannotResolve(let address, let transport):
      "\(transport): cannot resolve the host of \(address); \(Self.another(transport))"
    case .cannotListen(let address, let transport, let problem):
      "\(transport): cannot listen on \(address): \(problem); \(Self.another(transport))"
    case .unusableFile(let path, let name, let problem): "\(name): cannot use \(path): \(problem)"
    case .cannotCarryTLS(let transport):
      "\(transport): datagrams have no TLS; leave it out here, and keep others away with a firewall or --\(transport) off"
    case .cannotCarryTokens(let transport) where transport.carriesTLS:
      "\(transport): a frame has no place for a token; ask senders for certificates instead (--tls-client-ca)"
    case .cannotCarryTokens(let transport):
      "\(transport): a datagram has no place for a token; leave it out here, and keep others away with a firewall or "
        + "--\(transport) off"
    }
  }

  private static func another(_ transport: Transport) -> String {
    "choose another with --\(transport) HOST:PORT, unix:PATH or off"
  }
}

extension ReceiverError {
  /// What the system's answer to a bind means.
  init(_ error: any Error, listeningOn address: ListenAddress, _ transport: Transport) {
    self =
      switch (error as? IOError)?.errnoCode {
      case EADDRINUSE: .addressInUse(address, transport)
      case EACCES, EPERM: .permissionDenied(address, transport)
      case EADDRNOTAVAIL: .addressNotAvailable(address, transport)
      default: .cannotListen(address, transport, problem: String(describing: error))
      }
  }
}
