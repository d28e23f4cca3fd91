import Glibc
import SystemPackage

/// A line on standard error that is written over while the demo runs, if that is a terminal.
struct DemoProgress: Sendable {
  private let isShown = isatty(STDERR_FILENO) == 1

  func show(_ summary: DemoSummary) { write("\r\(summary.counts)\u{1B}[K") }

  func clear() { write("\r\u{1B}[K") }

  private func write(_ text: String) {
    guard isShown else { return }
    // That it cannot be shown is nothing that anybody could be told.
    _ = try? FileDescriptor.standardError.writeAll(Array(text.utf8))
  }
}
