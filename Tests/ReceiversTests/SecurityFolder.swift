import Foundation
import NIOSSL
import Receivers
import TestCertificates

/// Certificates of one test: a collector's and a sender's, and those of an authority that nobody trusts.
final class SecurityFolder: Sendable {
  let path: String
  let authority: TestAuthority
  let collector: TestAuthority.Pair
  let sender: TestAuthority.Pair
  let stranger: TestAuthority.Pair

  init() async throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "spoor-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
    authority = try await TestAuthority("authority", in: path)
    collector = try await authority.issue("collector")
    sender = try await authority.issue("sender")
    stranger = try await TestAuthority("strangers", in: path).issue("stranger")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What the collector speaks with.
  func tls(askingForCertificates isMutual: Bool = false) -> ListenerSecurity.TLS {
    ListenerSecurity.TLS(
      certificateFile: collector.certificateFile, keyFile: collector.keyFile,
      clientCAFile: isMutual ? authority.certificateFile : nil)
  }

  func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  /// What a sender speaks with that trusts the authority.
  func client(
    as pair: TestAuthority.Pair? = nil, protocols: [String] = [], newest: TLSVersion = .tlsv13
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .file(authority.certificateFile)
    configuration.minimumTLSVersion = .tlsv1
    configuration.maximumTLSVersion = newest
    configuration.applicationProtocols = protocols
    // With half-closed connections allowed, NIOSSL's client waits for this long even when the peer has closed.
    configuration.shutdownTimeout = .milliseconds(50)
    if let pair {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(pair.certificateFile)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: pair.keyFile, format: .pem))
    }
    return try NIOSSLContext(configuration: configuration)
  }
}
