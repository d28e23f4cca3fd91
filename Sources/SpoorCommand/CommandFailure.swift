import ArgumentParser
import TraceQuery

/// Why a command ends without having done what it was asked: one line for standard error that says what to do, and the
/// exit code (DESIGN.md section 5).
struct CommandFailure: Error, Equatable, Sendable {
  var message: String
  var exitCode: Int32

  init(message: String, exitCode: Int32) {
    self.message = message
    self.exitCode = exitCode
  }
}

extension CommandFailure: CustomStringConvertible {
  /// The sentence: what a server that draws answers, too.
  var description: String { message }
}

/// Runs a command's body. A failure is told in one line on standard error, `spoor: message`, and ends the program with
/// its exit code; a question that nobody can answer is a wrong command line, 64; an error that is none of ours is "could
/// not", 2. What ArgumentParser itself throws passes through.
func reportingFailures(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let failure as CommandFailure {
    Console.warn(failure.message.asOneLine)
    throw ExitCode(failure.exitCode)
  } catch let error as QuestionError {
    Console.warn("\(error)".asOneLine)
    throw ExitCode.validationFailure
  } catch let error where error is ExitCode || error is ValidationError || error is CleanExit {
    throw error
  } catch {
    Console.warn("\(error)".asOneLine)
    throw ExitCode(2)
  }
}

extension String {
  /// Control characters, line ends among them, as spaces: what comes from elsewhere stays one line of a terminal.
  var asOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
