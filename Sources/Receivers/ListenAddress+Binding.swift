import NIOCore
import NIOPosix

extension ListenAddress {
  /// Tries the socket addresses that this one may mean, in order, until `bind` succeeds with one.
  ///
  /// A Unix socket's file is made; one that stands there is removed first if nobody listens at it. "Every interface" is
  /// IPv6's, which takes IPv4 in too, or IPv4's alone where there is no IPv6.
  func bound<Bound: Sendable>(
    for transport: Transport, _ bind: (SocketAddress) async throws -> Bound
  ) async throws(ReceiverError) -> Bound {
    if let unixPath { return try await bound(toUnixPath: unixPath, for: transport, bind) }
    guard host.isEmpty else { return try await bound(to: host, for: transport, bind) }
    do {
      return try await bound(to: "::", for: transport, bind)
    } catch .addressInUse {
      throw .addressInUse(self, transport)
    } catch {
      return try await bound(to: "0.0.0.0", for: transport, bind)
    }
  }

  private func bound<Bound: Sendable>(
    to host: String, for transport: Transport, _ bind: (SocketAddress) async throws -> Bound
  ) async throws(ReceiverError) -> Bound {
    let address: SocketAddress
    do {
      address = try SocketAddress.makeAddressResolvingHost(host, port: port)
    } catch {
      throw .cannotResolve(self, transport)
    }
    do {
      return try await bind(address)
    } catch {
      throw ReceiverError(error, listeningOn: self, transport)
    }
  }

  private func bound<Bound: Sendable>(
    toUnixPath path: String, for transport: Transport, _ bind: (SocketAddress) async throws -> Bound
  ) async throws(ReceiverError) -> Bound {
    do {
      switch try UnixSocketFile(path: path).clear() {
      case .nobody: return try await bind(SocketAddress(unixDomainSocketPath: path))
      case .listener: throw ReceiverError.addressInUse(self, transport)
      case .otherFile: throw ReceiverError.notASocket(self, transport)
      }
    } catch SocketAddressError.unixDomainSocketPathTooLong {
      throw .cannotListen(self, transport, problem: "the path is longer than 107 bytes")
    } catch let error as ReceiverError {
      throw error
    } catch {
      throw ReceiverError(error, listeningOn: self, transport)
    }
  }

  /// Nil for an IP address.
  var socketFile: UnixSocketFile? { unixPath.map { UnixSocketFile(path: $0) } }

  /// The address that a socket is bound to.
  init(_ address: SocketAddress, port: Int? = nil) {
    self.init(host: address.ipAddress ?? "", port: port ?? address.port ?? 0)
  }
}
