import NIOCore
import NIOSSL

/// Decides who may send to one listener, with files that it reads again when they change.
final class Gatekeeper: Sendable {
  private let context: Reloaded<NIOSSLContext>?
  private let tokens: Reloaded<TokenList>?

  /// - Parameters:
  ///   - onNotice: is told in one line when files changed, and when a change cannot be used.
  ///   - read: gives a file's content.
  /// - Throws: `unusableFile`, and `cannotCarry` where the transport has no place for what is asked for.
  convenience init(
    _ security: ListenerSecurity, for transport: Transport, now: @escaping @Sendable () -> NIODeadline = { .now() },
    onNotice: @escaping @Sendable (String) -> Void = { _ in },
    read: @escaping @Sendable (String, ListenerName) throws(ReceiverError) -> [UInt8] = SecurityFile.read
  ) throws(ReceiverError) {
    try Self.check(security, for: transport)
    try self.init(security, named: ListenerName(transport), now: now, onNotice: onNotice, read: read)
  }

  /// For a listener of whose transport nothing has to be known.
  init(
    _ security: ListenerSecurity, named name: ListenerName, now: @escaping @Sendable () -> NIODeadline = { .now() },
    onNotice: @escaping @Sendable (String) -> Void = { _ in },
    read: @escaping @Sendable (String, ListenerName) throws(ReceiverError) -> [UInt8] = SecurityFile.read
  ) throws(ReceiverError) {
    let readFile: @Sendable (String) throws(ReceiverError) -> [UInt8] = { path throws(ReceiverError) in
      try read(path, name)
    }
    let notice: @Sendable (String) -> Void = { onNotice("\(name): \($0)") }
    if let tls = security.tls {
      context = try Reloaded(tls.files, read: readFile, now: now, onNotice: notice) { contents throws(ReceiverError) in
        try tls.context(of: contents, for: name)
      }
    } else {
      context = nil
    }
    if let file = security.tokenFile {
      tokens = try Reloaded([file], read: readFile, now: now, onNotice: notice) { contents throws(ReceiverError) in
        do throws(TokenList.Problem) {
          return try TokenList(parsing: contents[0])
        } catch {
          throw .unusableFile(file, name, problem: "\(error)")
        }
      }
    } else {
      tokens = nil
    }
  }

  /// Whether the transport has a place for what is asked of its senders.
  static func check(_ security: ListenerSecurity, for transport: Transport) throws(ReceiverError) {
    if security.tls != nil, !transport.carriesTLS { throw .cannotCarryTLS(transport) }
    if security.tokenFile != nil, !transport.carriesTokens { throw .cannotCarryTokens(transport) }
  }

  /// What a new connection speaks TLS with; nil where plain text is spoken.
  var tlsContext: NIOSSLContext? { context?.current }

  /// Puts TLS before all that a connection will have, if this listener speaks it.
  func guardConnection(
    _ pipeline: ChannelPipeline.SynchronousOperations, transport: Transport, sink: any PayloadSink,
    limits: ReceiverLimits
  ) throws {
    guard let context else { return }
    let front = TLSFront(lingerDeadline: limits.lingerDeadline)
    try pipeline.addHandler(front)
    try pipeline.addHandler(NIOSSLServerHandler(context: context.current))
    try pipeline.addHandler(TLSBack(front: front, transport: transport, sink: sink, limits: limits))
  }

  /// Why a request with this `Authorization` header, or none, may not enter; nil if it may. Asked of every request, so
  /// that a token taken out of the file is of no use on connections that are open already.
  func refusal(ofAuthorization authorization: String?) -> Refusal? {
    guard let tokens else { return nil }
    guard let authorization else { return .unauthorized(hasToken: false) }
    return tokens.current.admits(authorization: authorization) ? nil : .unauthorized(hasToken: true)
  }
}
