import NIOCore
import QueryAPI
import Receivers

extension APIPolicy {
  /// As a collector is configured: the files of its listeners, read again as theirs are.
  /// - Parameter onNotice: is told in one line when the files changed, and when they became unusable.
  init(
    _ configuration: ServeConfiguration, onNotice: @escaping @Sendable (String) -> Void
  ) throws(CommandFailure) {
    let doorkeeper: Doorkeeper
    do throws(ReceiverError) {
      doorkeeper = try Doorkeeper(configuration.apiSecurity, of: .api, onNotice: onNotice)
    } catch {
      throw CommandFailure(message: error.description, exitCode: 2)
    }
    let origins = configuration.apiOrigins
    let isEncrypted = configuration.apiSecurity.tls != nil
    self.init(
      tlsContext: isEncrypted ? { @Sendable in doorkeeper.tlsContext } : nil,
      refusal: { authorization in
        guard let refusal = doorkeeper.refusal(ofAuthorization: authorization) else { return nil }
        return APIPolicy.Refusal(message: refusal.description, challenge: refusal.challenge ?? "Bearer")
      },
      allowsOrigin: { origins.contains(.any) || origins.contains(.exactly($0)) },
      gzip: { Self.gzipped($0) })
  }

  private static func gzipped(_ bytes: ByteBuffer) -> ByteBuffer? {
    let (packed, coding) = Deflater.ofThisThread.deflate(Array(bytes.readableBytesView), to: .gzip)
    return coding == .gzip ? packed : nil
  }
}

extension ListenerSecurity {
  /// One line for an API that everybody who reaches the machine may ask, and how to close it; nil for any other.
  /// - Parameter address: with the port that it is bound to.
  func apiWarning(at address: ListenAddress) -> String? {
    guard tls == nil, tokenFile == nil, !address.isLoopback else { return nil }
    return "api: anybody who reaches \(address) may read all traces; ask for tokens (--token-file) or certificates "
      + "(--tls-cert, --tls-key, --tls-client-ca), or listen on 127.0.0.1"
  }
}
