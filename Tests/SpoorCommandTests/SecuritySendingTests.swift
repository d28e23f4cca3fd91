import ArgumentParser
import Foundation
import NIOPosix
import NIOSSL
import TestCertificates
import Testing

@testable import SpoorCommand

/// Senders that speak TLS, and what they show of themselves.
@Suite(.timeLimit(.minutes(1))) final class SecuritySendingTests {
  private let folder: String
  private let authority: TestAuthority
  private let collector: TestAuthority.Pair
  private let sender: TestAuthority.Pair

  init() async throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "spoor-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
    authority = try await TestAuthority("authority", in: folder)
    collector = try await authority.issue("collector")
    sender = try await authority.issue("sender")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private var trusting: SenderSecurity { SenderSecurity(caFile: authority.certificateFile) }

  /// What a server speaks with.
  private func server(asksForCertificates: Bool = false) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMFile(collector.certificateFile).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: collector.keyFile, format: .pem)))
    if asksForCertificates {
      // In TLS 1.3 the sender may send before it hears of the refusal, and not hear of it then.
      configuration.maximumTLSVersion = .tlsv12
      configuration.trustRoots = .file(authority.certificateFile)
      configuration.certificateVerification = .noHostnameVerification
    }
    return try NIOSSLContext(configuration: configuration)
  }

  private func send(
    _ transport: Destination.Transport, to server: ScriptedServer, as security: SenderSecurity,
    host: String = "127.0.0.1"
  ) async throws -> SendingResult {
    var destination = Destination(transport, host: host, port: server.authority.port)
    destination.isEncrypted = true
    let sender = try destination.sender(
      group: MultiThreadedEventLoopGroup.singleton, retries: .never, security: security)
    let result = try await sender.send([])
    await sender.close()
    return result
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `requests go through TLS over http, with their headers`(host: String) async throws {
    var security = trusting
    security.headers = ["Authorization=Bearer a=b", "X-Shop=1"].compactMap { RequestHeader(argument: $0) }
    try await ScriptedServer.run(.http, [.http("200 OK")], tls: server()) { (server: ScriptedServer) async throws in
      #expect(try await send(.http, to: server, as: security, host: host) == .accepted)
      let head = String(decoding: try #require(server.requests.first), as: UTF8.self)
      #expect(head.contains("\r\nAuthorization: Bearer a=b\r\n"))
      #expect(head.contains("\r\nX-Shop: 1\r\n"))
      #expect(head.contains("\r\nContent-Type: application/x-protobuf\r\n"))
    }
  }

  @Test func `frames go through TLS, and a certificate that is asked for is shown`() async throws {
    try await ScriptedServer.run(.frames, [.bytes([0, 0, 0, 0])], tls: server(asksForCertificates: true)) {
      (server: ScriptedServer) async throws in
      var security = trusting
      (security.certificateFile, security.keyFile) = (sender.certificateFile, sender.keyFile)
      #expect(try await send(.tcp, to: server, as: security) == .accepted)
    }
  }

  @Test(arguments: [Destination.Transport.http, .tcp])
  func `a sender without the certificate that is asked for is told what to name`(
    transport: Destination.Transport
  ) async throws {
    let form: ScriptedServer.Requests = transport == .http ? .http : .frames
    try await ScriptedServer.run(form, [.silence], tls: server(asksForCertificates: true)) {
      (server: ScriptedServer) async throws in
      let error = await #expect(throws: SendingError.self) {
        _ = try await self.send(transport, to: server, as: self.trusting)
      }
      let sentence = try #require(error).description
      #expect(sentence.contains("--cert-file"))
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `a collector that nobody vouches for gets nothing`() async throws {
    try await ScriptedServer.run(.http, [.http("200 OK")], tls: server()) { (server: ScriptedServer) async throws in
      let other = try await TestAuthority("other", in: folder)
      for security in [.none, SenderSecurity(caFile: other.certificateFile)] {
        let error = await #expect(throws: SendingError.self) {
          _ = try await self.send(.http, to: server, as: security)
        }
        let sentence = try #require(error).description
        #expect(sentence.hasSuffix("vouches for it; name one with --ca-file"))
      }
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `a server that keeps silent is waited for no longer than for an answer`() async throws {
    try await ScriptedServer.run(.http, [.silence]) {
      (server: ScriptedServer) async throws in
      let error = await #expect(throws: SendingError.self) {
        _ = try await HTTPSender(
          to: server.authority, group: MultiThreadedEventLoopGroup.singleton, retries: .never,
          timeout: .milliseconds(200), tls: self.trusting.tlsContext()
        ).send([])
      }
      #expect(error == .timedOut(server.authority, after: .milliseconds(200)))
    }
  }

  @Test func `files that cannot be used are named`() async throws {
    let none = "\(folder)/none"
    let cases: [(SenderSecurity, String)] = [
      (SenderSecurity(caFile: none), none),
      (SenderSecurity(caFile: sender.keyFile), sender.keyFile),
      (SenderSecurity(certificateFile: none, keyFile: sender.keyFile), none),
      (SenderSecurity(certificateFile: sender.certificateFile, keyFile: none), none),
      (SenderSecurity(certificateFile: sender.certificateFile, keyFile: collector.keyFile), collector.keyFile),
      (SenderSecurity(certificateFile: sender.certificateFile), sender.certificateFile),
      (SenderSecurity(keyFile: sender.keyFile), sender.keyFile),
    ]
    for (security, file) in cases {
      let error = #expect(throws: SendingError.self) { try security.tlsContext() }
      let sentence = try #require(error).description
      #expect(sentence.hasPrefix("cannot use \(file): "))
    }
  }

  @Test(arguments: ["Authorization", "=x", "a b=c", "a:b=c", "a=b\r\nc: d", "a=\u{7f}", "\u{e9}=1"])
  func `what is no header is refused`(text: String) {
    #expect(RequestHeader(argument: text) == nil)
  }

  @Test func `a certificate option without its key is refused`() {
    #expect(throws: (any Error).self) { try SendCommand.parse(["--cert-file", "a"]) }
    #expect(throws: (any Error).self) { try SendCommand.parse(["--key-file", "a"]) }
  }
}
