import NIOCore

/// A moment by which something must have happened on a connection, cheap to move.
///
/// Every request moves its deadline several times, so moving it is a store: the one timer behind it wakes up, sees that
/// the deadline is elsewhere by now and sleeps again. Only a deadline before the timer's own moment costs a new timer.
final class ConnectionDeadline {
  private let eventLoop: any EventLoop
  private var deadline: NIODeadline?
  private var timer: (wakesAt: NIODeadline, task: Scheduled<Void>)?
  private var expire: (() -> Void)?

  /// Calls `expire` on the event loop when a deadline passes.
  init(on eventLoop: any EventLoop, expire: @escaping () -> Void) {
    self.eventLoop = eventLoop
    self.expire = expire
  }

  func set(in amount: TimeAmount) {
    let deadline = eventLoop.now + amount
    self.deadline = deadline
    if let timer, timer.wakesAt <= deadline { return }
    timer?.task.cancel()
    start(wakingAt: deadline)
  }

  func clear() {
    deadline = nil
  }

  /// Stops the timer for good and lets go of what `expire` holds.
  func invalidate() {
    deadline = nil
    timer?.task.cancel()
    timer = nil
    expire = nil
  }

  private func start(wakingAt moment: NIODeadline) {
    let task = eventLoop.assumeIsolated().scheduleTask(deadline: moment) { self.wake() }
    timer = (moment, task)
  }

  private func wake() {
    timer = nil
    guard let deadline else { return }
    if deadline <= eventLoop.now {
      self.deadline = nil
      expire?()
    } else {
      start(wakingAt: deadline)
    }
  }
}
