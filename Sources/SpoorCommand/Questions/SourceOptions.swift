import ArgumentParser
import NIOPosix

/// Whom to ask.
struct SourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The collector to ask.", valueName: "URL"))
  var server = "http://127.0.0.1:16686"

  @Option(
    help: ArgumentHelp("Read the ring in this folder instead, whether or not a collector runs on it.", valueName: "DIR")
  )
  var data: String?

  func open() throws -> any AnswerSource {
    if let data { return try RingFiles(directory: data) }
    return RunningCollector(url: server, group: MultiThreadedEventLoopGroup.singleton)
  }
}
