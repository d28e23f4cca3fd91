import NIOSSL

/// Whom a sender trusts and what it shows of itself: what OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE,
/// _CLIENT_KEY and _HEADERS say to exporters
/// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options). Files are in PEM form.
struct SenderSecurity: Hashable, Sendable {
  /// Authorities of which one must vouch for the collector; nil for those that the system trusts.
  var caFile: String?
  /// The sender's own certificate, for a collector that asks for one, and the key of it. Both or neither.
  var certificateFile: String?
  var keyFile: String?
  /// What goes with each request over HTTP, such as an `Authorization`; and gRPC; frames and datagrams have no place for it.
  var headers: [RequestHeader] = []

  static let none = SenderSecurity()

  /// What TLS needs: version 1.2 or 1.3, and a collector whose certificate names its host.
  ///
  /// - Parameter applicationProtocols: what is offered in ALPN.
  func tlsContext(applicationProtocols: [String] = []) throws(SendingError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.applicationProtocols = applicationProtocols
    configuration.minimumTLSVersion = .tlsv12
    if let caFile { configuration.trustRoots = .certificates(try Self.certificates(in: caFile)) }
    switch (certificateFile, keyFile) {
    case (nil, nil): break
    case (let certificateFile?, let keyFile?):
      configuration.certificateChain = try Self.certificates(in: certificateFile).map { .certificate($0) }
      do {
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: keyFile, format: .pem))
      } catch {
        throw .unusableFile(keyFile, reason: "it holds no private key in PEM form without a passphrase")
      }
    case (let certificateFile?, nil):
      throw .unusableFile(certificateFile, reason: "a certificate is of no use without its key; name that too")
    case (nil, let keyFile?):
      throw .unusableFile(keyFile, reason: "a key is of no use without its certificate; name that too")
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .unusableFile(keyFile ?? caFile ?? "", reason: "it is not the key of \(certificateFile ?? "a certificate")")
    }
  }

  private static func certificates(in file: String) throws(SendingError) -> [NIOSSLCertificate] {
    let certificates: [NIOSSLCertificate]
    do {
      certificates = try NIOSSLCertificate.fromPEMFile(file)
    } catch {
      throw .unusableFile(file, reason: "it cannot be read, or holds no certificate in PEM form")
    }
    guard !certificates.isEmpty else { throw .unusableFile(file, reason: "it holds no certificate in PEM form") }
    return certificates
  }
}
