import NIOSSL

extension ListenerSecurity.TLS {
  /// The files in the order in which `context(of:for:)` wants their contents.
  var files: [String] { [certificateFile, keyFile] + (clientCAFile.map { [$0] } ?? []) }

  /// What BoringSSL needs to speak as this listener.
  func context(
    of contents: [[UInt8]], for name: ListenerName
  ) throws(ReceiverError) -> NIOSSLContext {
    let chain = try Self.certificates(contents[0], in: certificateFile, name)
    let key: NIOSSLPrivateKey
    do {
      key = try NIOSSLPrivateKey(bytes: contents[1], format: .pem)
    } catch {
      throw .unusableFile(keyFile, name, problem: "it holds no private key in PEM form without a passphrase")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = Self.ciphers
    configuration.applicationProtocols = name.applicationProtocols
    if let clientCAFile {
      configuration.trustRoots = .certificates(try Self.certificates(contents[2], in: clientCAFile, name))
      // A sender is known by its authority; what its certificate names is not looked at.
      configuration.certificateVerification = .noHostnameVerification
      configuration.sendCANameList = true
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .unusableFile(keyFile, name, problem: "it is not the key of the certificate in \(certificateFile)")
    }
  }

  private static func certificates(
    _ bytes: [UInt8], in file: String, _ name: ListenerName
  ) throws(ReceiverError) -> [NIOSSLCertificate] {
    let problem = ReceiverError.unusableFile(file, name, problem: "it holds no certificate in PEM form")
    let certificates: [NIOSSLCertificate]
    do { certificates = try NIOSSLCertificate.fromPEMBytes(bytes) } catch { throw problem }
    guard !certificates.isEmpty else { throw problem }
    return certificates
  }

  /// Of TLS 1.2 only what has forward secrecy and authenticated encryption; those of 1.3 all have.
  private static let ciphers: [NIOTLSCipher] = [
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]
}
