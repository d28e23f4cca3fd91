import Synchronization

/// Open or closed, for everybody who reads. To see that it is open costs one load.
package final class ReadGate: Sendable {
  private let isClosed = Atomic(false)
  private let closings = Atomic<UInt64>(0)
  private let waiting = Mutex<[ObjectIdentifier: @Sendable () -> Void]>([:])

  init() {}

  package var isOpen: Bool { !isClosed.load(ordering: .sequentiallyConsistent) }

  /// How often it has been closed.
  package var closingCount: UInt64 { closings.load(ordering: .relaxed) }

  /// Calls `proceed` once, when the gate is open: now, or later on the thread that opens it. A reader who waits already
  /// waits on with the new `proceed`.
  package func whenOpen(for reader: AnyObject, _ proceed: @escaping @Sendable () -> Void) {
    let mustWait = waiting.withLock { waiting in
      // Whoever opens it takes this lock afterwards, so nobody is forgotten between this look and the entry.
      guard !isOpen else { return false }
      waiting[ObjectIdentifier(reader)] = proceed
      return true
    }
    if !mustWait { proceed() }
  }

  /// To be called by a reader who goes.
  package func forget(_ reader: AnyObject) {
    _ = waiting.withLock { $0.removeValue(forKey: ObjectIdentifier(reader)) }
  }

  func close() {
    if !isClosed.exchange(true, ordering: .sequentiallyConsistent) { closings.add(1, ordering: .relaxed) }
  }

  func open() {
    isClosed.store(false, ordering: .sequentiallyConsistent)
    let all = waiting.withLock { waiting in
      defer { waiting = [:] }
      return waiting
    }
    for proceed in all.values { proceed() }
  }
}
