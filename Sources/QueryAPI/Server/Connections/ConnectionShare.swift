import NIOCore
import Synchronization

/// Counts the connections of each address, so that none takes all there may be.
///
/// This machine's own addresses are not counted: behind them may stand a proxy with everybody.
final class ConnectionShare: Sendable {
  private let max: Int
  private let counts = Mutex<[String: Int]>([:])

  init(max: Int) {
    self.max = max
  }

  /// Takes a connection in until it closes; false if its address has as many as it may.
  func admit(_ connection: any Channel) -> Bool {
    guard let address = connection.remoteAddress?.ipAddress, !Self.isOwn(address) else { return true }
    guard enter(address) else { return false }
    connection.closeFuture.whenComplete { _ in self.leave(address) }
    return true
  }

  func enter(_ address: String) -> Bool {
    counts.withLock { counts in
      let count = counts[address, default: 0]
      guard count < max else { return false }
      counts[address] = count + 1
      return true
    }
  }

  func leave(_ address: String) {
    counts.withLock { counts in
      guard let count = counts[address] else { return }
      counts[address] = count > 1 ? count - 1 : nil
    }
  }

  /// Addresses are in the form that the system writes them in.
  static func isOwn(_ address: String) -> Bool {
    address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
  }
}
