import NIOCore
import Synchronization

/// The open connections of one listener: bounded in number, and let go together when it stops.
final class ConnectionRegistry: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: any Channel] = [:]
    /// How many each address has.
    var counts: [PeerAddress: Int] = [:]
    var isStopping = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  enum Admission {
    case admitted
    case full
    case stopping
  }

  private let limits: ReceiverLimits
  private let state = Mutex(State())

  init(limits: ReceiverLimits) {
    self.limits = limits
  }

  /// Takes a connection in until it closes.
  func admit(_ connection: any Channel) -> Admission {
    let peer = PeerAddress(connection.remoteAddress)
    let admission = state.withLock { state -> Admission in
      if state.isStopping { return .stopping }
      let count = peer.map { state.counts[$0, default: 0] } ?? 0
      if state.connections.count >= limits.connectionsMax(ofAddressWith: count) { return .full }
      state.connections[ObjectIdentifier(connection)] = connection
      if let peer { state.counts[peer] = count + 1 }
      return .admitted
    }
    if case .admitted = admission {
      let key = ObjectIdentifier(connection)
      connection.closeFuture.whenComplete { _ in self.remove(key, of: peer) }
    }
    return admission
  }

  /// Tells every connection to answer what is under way and to close, and returns when all have, or when `grace` has
  /// passed and they were closed.
  func drain(within grace: TimeAmount, on eventLoop: any EventLoop) async {
    let lastCall = eventLoop.scheduleTask(in: grace) {
      for connection in self.open { connection.close(promise: nil) }
    }
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLock { state in
        state.isStopping = true
        if !state.connections.isEmpty { state.waiting.append(continuation) }
        return state.connections.isEmpty
      }
      if isEmpty { continuation.resume() }
      for connection in open {
        connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
      }
    }
    lastCall.cancel()
  }

  private var open: [any Channel] { state.withLock { Array($0.connections.values) } }

  private func remove(_ key: ObjectIdentifier, of peer: PeerAddress?) {
    let done = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.connections[key] = nil
      if let peer, let count = state.counts[peer] { state.counts[peer] = count > 1 ? count - 1 : nil }
      guard state.connections.isEmpty else { return [] }
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in done { continuation.resume() }
  }
}

extension ReceiverLimits {
  /// How many connections there may be already when an address that has `count` of them makes another.
  func connectionsMax(ofAddressWith count: Int) -> Int {
    count < connectionsOfFew ? connectionsMax : connectionsMax - connectionsMax / connectionsKeptDivisor
  }
}
