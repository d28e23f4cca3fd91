import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs until it is told to stop, whose standard error is read line by line as it comes.
final class BackgroundProgram: Sendable {
  let id: Int32
  private let log: Log
  private let run: Task<Int32, any Error>

  /// Starts a program and waits for the line that says it is ready. It is killed when nobody holds it any more.
  /// - Throws: `DiedEarly` if it ends before that.
  static func start(
    _ path: String, _ arguments: [String], environment: [String: String] = [:],
    readyWhen isReady: @escaping @Sendable (String) -> Bool
  ) async throws -> BackgroundProgram {
    let log = Log()
    let (ready, announce) = AsyncStream<Int32>.makeStream()
    let run = Task {
      defer { announce.finish() }
      let run = try await Subprocess.run(
        .path(FilePath(path)), arguments: Arguments(arguments),
        environment: .ours(with: environment), platformOptions: .untilKilled,
        input: .none, output: .discarded, error: .sequence
      ) { execution in
        for try await text in execution.standardError.strings() {
          let line = text.trimmingCharacters(in: .newlines)
          log.add(line)
          if isReady(line) { announce.yield(execution.processIdentifier.value) }
        }
      }
      return run.terminationStatus.exitCode
    }
    for await id in ready { return BackgroundProgram(id: id, log: log, run: run) }
    run.cancel()  // it has ended, or else nobody waits for it any more
    throw DiedEarly(exitCode: try await run.value, errors: log.lines)
  }

  struct DiedEarly: Error {
    var exitCode: Int32
    var errors: [String]
  }

  private init(id: Int32, log: Log, run: Task<Int32, any Error>) {
    self.id = id
    self.log = log
    self.run = run
  }

  deinit { run.cancel() }

  /// Every line that it wrote to standard error so far.
  var lines: [String] { log.lines }

  func send(signal: Int32) { kill(id, signal) }

  /// Waits for the end; for a program that a signal ended, 128 and the signal's number.
  func exitCode() async throws -> Int32 { try await run.value }

  /// The most memory that it ever held, in bytes.
  func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }

  /// What a program said, while it is still saying more.
  private final class Log: Sendable {
    private let all = Mutex<[String]>([])

    var lines: [String] { all.withLock { $0 } }

    func add(_ line: String) { all.withLock { $0.append(line) } }
  }
}
