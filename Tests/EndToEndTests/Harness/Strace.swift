import Foundation

/// A program that runs under `strace`, which does something to it at a certain system call.
///
/// The tracer is a grandchild of the program (`-D`), so that whoever starts or kills the pair means the program. Calls
/// are counted for each thread by itself: the ring's committer is one thread, opening the ring is another.
struct Strace: Sendable {
  /// The name of a system call as `strace` has it.
  var call: String
  /// What happens to it, such as `signal=SIGKILL` or `error=EIO`.
  var effect: String
  /// Which of the calls, from 1; as `strace` has it also `3..4`.
  var when: String

  /// Killed as it enters its `count`-th call: what came before has been done, the call itself has not.
  static func killing(at call: String, _ count: Int) -> Strace {
    Strace(call: call, effect: "signal=SIGKILL", when: "\(count)")
  }

  /// Told by the kernel that the disk failed, for one or more calls in a row.
  static func failing(_ call: String, _ counts: ClosedRange<Int>) -> Strace {
    let when = counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound)..\(counts.upperBound)"
    return Strace(call: call, effect: "error=EIO", when: when)
  }

  static let path = "/usr/bin/strace"

  /// The arguments that make `strace` run a program.
  func arguments(for program: String, _ arguments: [String], log: String) -> [String] {
    ["-D", "-f", "-qq", "-o", log, "-e", "trace=\(call)", "-e", "inject=\(call):\(effect):when=\(when)", program]
      + arguments
  }

  /// - Throws: a sentence if nothing can be traced here.
  static func requirePermission() async throws {
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw NotHere(reason: "there is no \(path): install strace, or run tools/test, which does")
    }
    let trial = try await Program.run(path, ["-f", "-qq", "-e", "trace=none", "/bin/true"])
    guard trial.exitCode == 0 else {
      throw NotHere(
        reason: "strace may not trace here: let this user ptrace (kernel.yama.ptrace_scope, the container's "
          + "--cap-add SYS_PTRACE or its seccomp profile); it said: \(trial.errors)")
    }
  }

  struct NotHere: Error, CustomStringConvertible {
    var reason: String
    var description: String { reason }
  }
}

extension Strace: CustomStringConvertible {
  var description: String { "\(effect) at \(call) \(when)" }
}
