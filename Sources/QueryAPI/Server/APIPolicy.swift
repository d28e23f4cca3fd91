import NIOCore
import NIOSSL

/// What the API port has in common with the listeners for spans, and is given by whoever starts both: this room knows
/// nothing of files and flags.
package struct APIPolicy: Sendable {
  /// Why a request is not let in.
  package struct Refusal: Sendable {
    /// A sentence for whoever asks.
    let message: String
    /// What stands in `WWW-Authenticate`.
    let challenge: String

    package init(message: String, challenge: String) {
      self.message = message
      self.challenge = challenge
    }
  }

  /// Nil for plain text. Else called for each new connection, on its event loop.
  let tlsContext: (@Sendable () -> NIOSSLContext?)?
  /// Why a request with this `Authorization`, or none, may not enter; nil if it may. Called for every request.
  let refusal: @Sendable (_ authorization: String?) -> Refusal?
  /// Whether pages of this origin may read answers.
  let allowsOrigin: @Sendable (_ origin: String) -> Bool
  /// The bytes as gzip has them; nil where that is not to be had. Called on one thread of its own.
  let gzip: @Sendable (ByteBuffer) -> ByteBuffer?

  package init(
    tlsContext: (@Sendable () -> NIOSSLContext?)? = nil,
    refusal: @escaping @Sendable (_ authorization: String?) -> Refusal? = { _ in nil },
    allowsOrigin: @escaping @Sendable (_ origin: String) -> Bool = { _ in false },
    gzip: @escaping @Sendable (ByteBuffer) -> ByteBuffer? = { _ in nil }
  ) {
    self.tlsContext = tlsContext
    self.refusal = refusal
    self.allowsOrigin = allowsOrigin
    self.gzip = gzip
  }

  /// Everybody may ask, in plain text; no page of another origin may.
  package static let open = APIPolicy()
}
