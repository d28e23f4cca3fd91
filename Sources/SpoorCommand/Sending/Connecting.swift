import Glibc
import NIOCore
import NIOPosix

extension ClientBootstrap {
  /// Connects, and says in our words why it could not.
  func connect(to peer: Authority, within timeout: TimeAmount) async throws(SendingError) -> any Channel {
    do {
      return try await connectTimeout(timeout).connect(host: peer.host, port: peer.port).get()
    } catch {
      throw SendingError(connecting: error, to: peer, timeout: timeout)
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
    } else if let error = error as? IOError {
      self = error.errnoCode == ECONNREFUSED ? .connectionRefused(peer) : .unreachable(peer, reason: "\(error)")
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
    } else if error is ChannelError || error is IOError {
      self = .connectionClosed(peer, duringAnswer: duringAnswer)
    } else {
      self = .malformedAnswer(peer, reason: "\(error)")
    }
  }
}
