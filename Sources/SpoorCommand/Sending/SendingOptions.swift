import ArgumentParser
import Foundation
import NIOCore
import Receivers

/// The options that say where and how spans are sent. What they leave open is for the environment to say.
struct SendingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      http, https, grpc, grpcs, tcp, tcps or udp://HOST:PORT, tcp or udp://unix:PATH. (default: OTEL_EXPORTER_OTLP_ENDPOINT, or \
      http://127.0.0.1:4318)
      """, valueName: "URL"),
    transform: { try Destination(parsing: $0) })
  var to: Destination?

  @Option(help: "How requests are compressed over http and grpc (default: OTEL_EXPORTER_OTLP_COMPRESSION, or none).")
  var compression: ContentCoding?

  func validate() throws {
    if let to, let compression { try to.check(compression) }
  }

  /// - Parameter security: what flags say of it.
  func plan(_ security: SecurityOptions) -> SendingPlan {
    let environment = ExporterEnvironment.current
    return SendingPlan(to: to, compression: compression, security: security.security, environment: environment)
  }
}

extension ExporterEnvironment {
  /// This process's; what cannot be understood is warned of.
  static var current: ExporterEnvironment {
    let environment = ExporterEnvironment(ProcessInfo.processInfo.environment)
    for warning in environment.warnings { Console.warn(warning) }
    return environment
  }
}
