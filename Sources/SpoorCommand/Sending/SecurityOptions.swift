import ArgumentParser

/// The options of every command that sends: whom it trusts and what it shows of itself.
struct SecurityOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Authorities for https, grpcs and tcps (default: the system's).", valueName: "FILE"))
  var caFile: String?

  @Option(help: ArgumentHelp("The sender's own certificate, where the collector asks for one.", valueName: "FILE"))
  var certFile: String?

  @Option(help: ArgumentHelp("The key of --cert-file.", valueName: "FILE"))
  var keyFile: String?

  @Option(
    help: ArgumentHelp(
      "Goes with each request over HTTP and gRPC, as in \"Authorization=Bearer TOKEN\"; may be given more than once.",
      valueName: "NAME=VALUE"))
  var header: [RequestHeader] = []

  func validate() throws {
    guard (certFile == nil) == (keyFile == nil) else {
      throw ValidationError("--cert-file and --key-file need each other")
    }
  }

  var security: SenderSecurity {
    SenderSecurity(caFile: caFile, certificateFile: certFile, keyFile: keyFile, headers: header)
  }
}
