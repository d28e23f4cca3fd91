import ArgumentParser
import RingStore

/// The folder that every subcommand looks into.
struct RingArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("The ring's folder.", valueName: "DIR"))
  var directory: String

  func open() throws -> RingInspection {
    try couldNot { () throws(RingError) in try RingInspection(directory, files: DiskFileSystem()) }
  }
}

/// Says why a ring could not be looked into, with exit code 2.
func couldNot<Result>(_ body: () throws(RingError) -> Result) throws(CommandFailure) -> Result {
  do {
    return try body()
  } catch {
    throw CommandFailure(message: error.description, exitCode: 2)
  }
}
