import ArgumentParser
import Rendering
import TraceQuery

/// Reads a question. Where it cannot be asked, one line on standard error says why, and two more show where in the text; then
/// the program ends as for any wrong command line.
func explainingTraceQL(_ text: String, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as QuestionError {
    Console.warn("\(error)".asOneLine)
    if case .traceQL(let error) = error {
      for line in TextPosition(text, error.position, width: Console.width).lines { Console.note(line) }
    }
    throw ExitCode.validationFailure
  }
}

/// Whoever waits long on a terminal sees how far the work is.
func showingProgress<Value>(
  _ body: (@escaping @Sendable (Double?) -> Void) async throws -> Value
) async throws -> Value {
  let progress = WaitingLine()
  defer { progress.clear() }
  return try await body { progress.show($0) }
}
