import ArgumentParser
import NIOPosix

/// Whom to ask.
struct SourceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The collector to ask, http or https.", valueName: "URL"))
  var server = "http://127.0.0.1:16686"

  @Option(help: ArgumentHelp("The bearer token to show to a collector that asks for one.", valueName: "TOKEN"))
  var token: String?

  @Option(help: ArgumentHelp("Authorities for https (default: the system's).", valueName: "FILE"))
  var caFile: String?

  @Option(help: ArgumentHelp("The asker's own certificate, where the collector asks for one.", valueName: "FILE"))
  var certFile: String?

  @Option(help: ArgumentHelp("The key of --cert-file.", valueName: "FILE"))
  var keyFile: String?

  @Option(
    help: ArgumentHelp("Read the ring in this folder instead, whether or not a collector runs on it.", valueName: "DIR")
  )
  var data: String?

  func validate() throws {
    guard (certFile == nil) == (keyFile == nil) else {
      throw ValidationError("--cert-file and --key-file need each other")
    }
    if let token, RequestHeader(bearer: token) == nil {
      throw ValidationError("--token takes a token: visible ASCII without spaces")
    }
  }

  func open() throws -> any AnswerSource {
    if let data { return try RingFiles(directory: data) }
    let headers = token.flatMap { RequestHeader(bearer: $0) }.map { [$0] } ?? []
    let security = SenderSecurity(caFile: caFile, certificateFile: certFile, keyFile: keyFile, headers: headers)
    do throws(SendingError) {
      return try RunningCollector(url: server, security: security, group: MultiThreadedEventLoopGroup.singleton)
    } catch {
      throw CommandFailure(message: "\(error)", exitCode: 2)
    }
  }
}

extension RequestHeader {
  /// `Authorization: Bearer TOKEN`; nil for what is no token.
  fileprivate init?(bearer token: String) {
    guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return nil }
    self.init(name: "Authorization", value: "Bearer \(token)")
  }
}
