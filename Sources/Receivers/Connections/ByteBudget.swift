import Synchronization

/// The bytes of everything in flight, of all listeners together, and their bound: of payloads that are still arriving,
/// and of spans that wait to be stored.
///
/// Arriving payloads hold at most half of it, so that bodies which never end keep nobody's spans out. Spans that wait may
/// take all that is left; when they hold a quarter nothing more is read from connections, until they hold an eighth. They
/// are stored whatever the senders do, so the gate always opens again.
package final class ByteBudget: Sendable {
  package let limit: Int
  /// The most that payloads which are still arriving hold together.
  package let arrivingLimit: Int
  /// Closed while too much waits to be stored.
  package let gate = ReadGate()

  private let closesAt: Int
  private let opensAt: Int
  private let arriving = Atomic(0)
  private let waiting = Atomic(0)

  package init(limit: Int) {
    self.limit = limit
    arrivingLimit = limit / 2
    closesAt = limit / 4
    opensAt = limit / 8
  }

  /// Takes `byteCount` for a payload that is arriving, or nothing and answers false when so much is not left for those.
  package func take(_ byteCount: Int) -> Bool {
    let arriving = arriving.add(byteCount, ordering: .relaxed).newValue
    if arriving <= arrivingLimit, arriving + waitingByteCount <= limit { return true }
    give(byteCount)
    return false
  }

  package func give(_ byteCount: Int) {
    arriving.subtract(byteCount, ordering: .relaxed)
  }

  /// Charges spans that wait to be stored. Ask `isFull` before they are made: what is in memory already is not refused.
  package func takeWaiting(_ byteCount: Int) {
    // In one order with the gate: of two threads, one that closes and one that gives back, the later sees the earlier.
    let waiting = waiting.add(byteCount, ordering: .sequentiallyConsistent).newValue
    guard waiting > closesAt, gate.isOpen else { return }
    gate.close()
    openIfFew()
  }

  package func giveWaiting(_ byteCount: Int) {
    waiting.subtract(byteCount, ordering: .sequentiallyConsistent)
    openIfFew()
  }

  private func openIfFew() {
    if !gate.isOpen, waiting.load(ordering: .sequentiallyConsistent) <= opensAt { gate.open() }
  }

  /// Whether nothing more may be taken.
  package var isFull: Bool { usedByteCount >= limit }

  /// What one sender may have under way with the sink before nothing more is read from it: a quarter of what is left below
  /// the gate. So one that floods never closes the gate on the others, and those who send little are never held up.
  package var senderShare: Int { max(0, closesAt - waitingByteCount) / 4 }

  /// What one listener for datagrams may have under way with the sink: less than what closes the gate, so that a flood of
  /// them does not keep connections from being read. Past it datagrams wait in the kernel's queue, which drops and counts.
  package var datagramShare: Int { limit / 16 }

  package var arrivingByteCount: Int { arriving.load(ordering: .relaxed) }
  package var waitingByteCount: Int { waiting.load(ordering: .relaxed) }

  /// What is taken at the moment.
  package var usedByteCount: Int { arrivingByteCount + waitingByteCount }
}
