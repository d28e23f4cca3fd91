/// Where spans are sent, and how: `http://HOST:PORT`, `grpc://HOST:PORT`, `tcp://HOST:PORT` or `udp://HOST:PORT`, and
/// with TLS `https://HOST:PORT`, `grpcs://HOST:PORT` or `tcps://HOST:PORT`. To a Unix
/// socket: `tcp://unix:PATH`, for short `unix:PATH`, and `udp://unix:PATH`.
struct Destination: Hashable, Sendable {
  enum Transport: String, Hashable, Sendable, CaseIterable {
    case http, grpc, tcp, udp

    var carriesTLS: Bool { self != .udp }

    /// Whether a request can say how it is compressed.
    var carriesCompression: Bool { self == .http || self == .grpc }

    /// What is offered in ALPN: servers of gRPC insist on it.
    var applicationProtocols: [String] { self == .grpc ? ["h2"] : [] }
  }

  var transport: Transport
  var authority: Authority
  /// Whether TLS is spoken.
  var isEncrypted = false
  /// Where requests over HTTP go; of no use to the others.
  var path = Self.defaultPath

  /// OTLP's own (https://opentelemetry.io/docs/specs/otlp/#otlphttp-request).
  static let defaultPath = "/v1/traces"

  init(_ transport: Transport, host: String, port: Int) {
    self.transport = transport
    authority = Authority(host: host, port: port)
  }

  /// - Throws: `invalidDestination`, which says what is wrong with the text.
  init(parsing text: String) throws(SendingError) {
    if let authority = Authority(parsingUnixPath: text) {
      transport = .tcp
      self.authority = authority
      return
    }
    guard let mark = text.firstRange(of: "://") else { throw .invalidDestination(text, .noTransport) }
    let scheme = text[..<mark.lowerBound].lowercased()
    let schemes = Transport.allCases.flatMap { transport in
      [(transport.rawValue, transport, false)] + (transport.carriesTLS ? [("\(transport)s", transport, true)] : [])
    }
    guard let (_, transport, isEncrypted) = schemes.first(where: { $0.0 == scheme }) else {
      throw .invalidDestination(text, .unknownTransport(scheme))
    }
    var rest = text[mark.upperBound...]
    if transport == .http || transport == .grpc, rest.hasSuffix("/") { rest = rest.dropLast() }
    let unix = transport == .tcp || transport == .udp ? Authority(parsingUnixPath: rest) : nil
    guard let authority = unix ?? Authority(parsing: rest) else { throw .invalidDestination(text, .noHostAndPort) }
    self.transport = transport
    self.authority = authority
    self.isEncrypted = isEncrypted
  }
}

extension Destination: CustomStringConvertible {
  var description: String {
    "\(transport)\(isEncrypted ? "s" : "")://\(authority)" + (path == Self.defaultPath ? "" : path)
  }
}
