import Receivers

/// What was said of the security of one listener, or of all.
struct SecurityFiles: Sendable {
  var certificate: SecurityFile?
  var key: SecurityFile?
  var clientCA: SecurityFile?
  var tokens: SecurityFile?

  /// What was said of one listener, completed with what was said of all.
  func over(_ others: SecurityFiles) -> SecurityFiles {
    SecurityFiles(
      certificate: certificate ?? others.certificate, key: key ?? others.key, clientCA: clientCA ?? others.clientCA,
      tokens: tokens ?? others.tokens)
  }
}

extension ConfigurationReader {
  /// Who may send over each transport, and who may ask: what was said of it, else what was said of all.
  mutating func security() throws(ConfigurationError) -> (
    listeners: [Transport: ListenerSecurity], api: ListenerSecurity
  ) {
    let common = try read(.everywhere)
    // Wrong for all is wrong, also where each has its own.
    _ = try security(of: common, named: .everywhere)
    var security: [Transport: ListenerSecurity] = [:]
    for (transport, settings) in [
      (Transport.grpc, SecuritySettings.grpc), (.http, .http), (.tcp, .tcp), (.zipkin, .zipkin),
    ] {
      let files = try read(settings, hasTokens: transport != .tcp)
      security[transport] = try self.security(of: files.over(common), named: settings).applied(to: transport)
    }
    return (security, try self.security(of: read(.api).over(common), named: .api))
  }

  /// - Parameter hasTokens: frames have no place for them.
  private mutating func read(
    _ settings: SecuritySettings, hasTokens: Bool = true
  ) throws(ConfigurationError) -> SecurityFiles {
    SecurityFiles(
      certificate: try optional(settings.certificate), key: try optional(settings.key),
      clientCA: try optional(settings.clientCA), tokens: hasTokens ? try optional(settings.tokens) : nil)
  }

  private func security(
    of files: SecurityFiles, named settings: SecuritySettings
  ) throws(ConfigurationError) -> ListenerSecurity {
    var security = ListenerSecurity(tokenFile: files.tokens?.path)
    switch (files.certificate, files.key?.path) {
    case (.at(let certificate), let key?):
      security.tls = ListenerSecurity.TLS(
        certificateFile: certificate, keyFile: key, clientCAFile: files.clientCA?.path)
    case (.at, nil): throw .missing(settings.key.place.name, neededBy: settings.certificate.place.name)
    // Off for one listener means that what all others have is not meant for it.
    case (.off, _): break
    case (nil, _):
      if files.key?.path != nil { throw .missing(settings.certificate.place.name, neededBy: settings.key.place.name) }
      if files.clientCA?.path != nil {
        throw .missing(settings.certificate.place.name, neededBy: settings.clientCA.place.name)
      }
    }
    return security
  }
}
