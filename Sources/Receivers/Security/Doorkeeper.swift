import NIOSSL

/// Who may enter a listener that is no receiver: the same files as those of receivers, read again as they read them.
package struct Doorkeeper: Sendable {
  private let gatekeeper: Gatekeeper

  /// - Parameters:
  ///   - name: what the listener is called in notices and errors.
  ///   - onNotice: is told in one line when files changed, and when a change cannot be used.
  /// - Throws: `unusableFile`.
  package init(
    _ security: ListenerSecurity, of name: ListenerName, onNotice: @escaping @Sendable (String) -> Void
  ) throws(ReceiverError) {
    gatekeeper = try Gatekeeper(security, named: name, onNotice: onNotice)
  }

  /// What a new connection is to speak TLS with; nil where plain text is spoken. Reads the files again if they have
  /// changed, at most once a second.
  package var tlsContext: NIOSSLContext? { gatekeeper.tlsContext }

  /// Why a request with this `Authorization` header, or none, may not enter; nil if it may.
  package func refusal(ofAuthorization authorization: String?) -> Refusal? {
    gatekeeper.refusal(ofAuthorization: authorization)
  }
}

extension Refusal {
  /// What stands in `WWW-Authenticate` (RFC 6750, 3); nil where a token would change nothing.
  package var challenge: String? {
    guard case .unauthorized(let hasToken) = self else { return nil }
    return hasToken ? #"Bearer error="invalid_token""# : "Bearer"
  }
}
