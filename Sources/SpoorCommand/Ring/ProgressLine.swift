import Glibc
import SystemPackage

/// One line on standard error that says how far a long work has got, over itself; nothing where that is no terminal.
struct ProgressLine {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let clock = ContinuousClock()
  private var next: ContinuousClock.Instant
  private var isShown = false

  init() {
    // What is done sooner needs no progress.
    next = clock.now + .milliseconds(500)
  }

  mutating func show(_ text: String) {
    guard isTerminal, clock.now >= next else { return }
    next = clock.now + .milliseconds(100)
    isShown = true
    write("\r\u{1b}[K\(text)")
  }

  mutating func clear() {
    guard isShown else { return }
    isShown = false
    write("\r\u{1b}[K")
  }

  private func write(_ text: String) {
    do {
      _ = try FileDescriptor.standardError.writeAll(Array(text.utf8))
    } catch {
      // Nobody could be told.
    }
  }
}
