import Glibc
import NIOCore
import NIOPosix
import NIOSSL

extension ClientBootstrap {
  /// Connects, and says in our words why it could not.
  ///
  /// - Parameters:
  ///   - timeout: of the connection, and again of its handshake.
  ///   - tls: what to speak TLS with, if anything; the connection is there when the handshake is over.
  ///   - configure: adds the connection's other handlers, on its event loop.
  func connect(
    to peer: Authority, within timeout: TimeAmount, tls: NIOSSLContext?,
    configure: @escaping @Sendable (ChannelPipeline.SynchronousOperations) throws -> Void
  ) async throws(SendingError) -> any Channel {
    let bootstrap = connectTimeout(timeout)
    do {
      guard let tls else {
        return try await bootstrap.channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try configure(channel.pipeline.syncOperations) }
        }.connect(to: peer)
      }
      let channel = try await bootstrap.connect(to: peer)
      // TLS begins here and not in an initializer, so that it does with no more than the one address that answered.
      try await channel.eventLoop.flatSubmit {
        let finished = channel.eventLoop.makePromise(of: Void.self)
        let deadline = channel.eventLoop.scheduleTask(in: timeout) {
          finished.fail(ChannelError.connectTimeout(timeout))
        }
        finished.futureResult.whenComplete { result in
          deadline.cancel()
          if case .failure = result { channel.close(promise: nil) }
        }
        do {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: peer.serverName))
          try pipeline.addHandler(TLSHandshakeHandler(finished))
          try configure(pipeline)
        } catch {
          finished.fail(error)
        }
        return finished.futureResult
      }.get()
      return channel
    } catch {
      throw SendingError(connecting: error, to: peer, timeout: timeout)
    }
  }
}

extension ClientBootstrap {
  fileprivate func connect(to peer: Authority) async throws -> any Channel {
    guard let path = peer.unixPath else { return try await connect(host: peer.host, port: peer.port).get() }
    return try await connect(unixDomainSocketPath: path).get()
  }
}

extension DatagramBootstrap {
  func connect(to peer: Authority) async throws -> any Channel {
    guard let path = peer.unixPath else { return try await connect(host: peer.host, port: peer.port).get() }
    return try await connect(unixDomainSocketPath: path).get()
  }
}

extension Authority {
  /// The name by which TLS asks for the collector; an address is not asked for, only looked for in the certificate.
  fileprivate var serverName: String? {
    if unixPath != nil { return nil }
    do {
      _ = try SocketAddress(ipAddress: host, port: port)
      return nil
    } catch {
      return host
    }
  }
}

extension SendingError {
  init(connecting error: any Error, to peer: Authority, timeout: TimeAmount) {
    if let error = error as? NIOConnectionError {
      // One failure for each address of the host; the first speaks for all.
      if let first = error.connectionErrors.first?.error {
        self.init(connecting: first, to: peer, timeout: timeout)
      } else {
        self = .unknownHost(peer.host)
      }
    } else if case .connectTimeout = error as? ChannelError {
      self = .timedOut(peer, after: timeout)
    } else if let reason = Self.tlsReason(error) {
      self = .noTLS(peer, reason: reason)
    } else if case .eof = error as? ChannelError {
      self = .noTLS(peer, reason: "it closed the connection")
    } else if let error = error as? IOError {
      let isRefused = error.errnoCode == ECONNREFUSED || peer.unixPath != nil && error.errnoCode == ENOENT
      self = isRefused ? .connectionRefused(peer) : .unreachable(peer, reason: "\(error)")
    } else {
      self = .unreachable(peer, reason: "\(error)")
    }
  }

  /// What a handler or a write threw, on a connection that had been made.
  init(onConnection error: any Error, with peer: Authority, duringAnswer: Bool = false) {
    if let error = error as? SendingError {
      self = error
    } else if let error = error as? IOError, error.errnoCode == ECONNREFUSED {
      self = .connectionRefused(peer)
    } else if let reason = Self.tlsReason(error) {
      self = .noTLS(peer, reason: reason)
    } else if error is ChannelError || error is IOError || error as? NIOSSLError == .uncleanShutdown {
      self = .connectionClosed(peer, duringAnswer: duringAnswer)
    } else {
      self = .malformedAnswer(peer, reason: "\(error)")
    }
  }
  /// What TLS complains of, in our words where there is something to do about it; nil for what is no complaint of its.
  private static func tlsReason(_ error: any Error) -> String? {
    let text: String
    switch error {
    case NIOSSLError.uncleanShutdown: return nil
    case NIOSSLError.handshakeFailed(let problem): text = "\(problem)"
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: text = "\(error)"
    default: return nil
    }
    let known = [
      ("CERTIFICATE_VERIFY_FAILED", "no authority that is trusted here vouches for it; name one with --ca-file"),
      ("failedToValidateHostname", "its certificate is for another name"),
      ("WRONG_VERSION_NUMBER", "it answers in plain text"),
      ("CERTIFICATE_REQUIRED", "it asks for a certificate; name one with --cert-file and --key-file"),
      ("HANDSHAKE_FAILURE", "it refuses; it may ask for a certificate: name one with --cert-file and --key-file"),
      ("UNKNOWN_CA", "it does not know who vouches for our certificate"),
      ("EOF", "it closed the connection"),
    ]
    return known.first { text.contains($0.0) }?.1 ?? text
  }
}
