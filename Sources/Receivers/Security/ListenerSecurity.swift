/// Who may send to a listener: everybody, unless these files say otherwise.
///
/// Options are to be named `--tls-cert FILE`, `--tls-key FILE`, `--tls-client-ca FILE` and `--token-file FILE` for all
/// listeners (through `applied(to:)`), and for one listener the same with its transport's name before: in YAML
/// `otlp-grpc: { tls: { cert, key, client-ca }, token-file }`. The files are read again when they change, at most once a
/// second, when somebody connects; a file that has become unusable changes nothing but is told of.
package struct ListenerSecurity: Hashable, Sendable {
  /// Files in PEM form. TLS 1.2 and 1.3 are spoken.
  package struct TLS: Hashable, Sendable {
    /// The listener's certificate, and after it those that lead to a root which senders trust.
    package var certificateFile: String
    /// The private key of the first certificate, without a passphrase.
    package var keyFile: String
    /// Certificates of authorities. Where there is such a file, only who has a certificate that leads to one of them may
    /// connect: mutual TLS.
    package var clientCAFile: String?

    package init(certificateFile: String, keyFile: String, clientCAFile: String? = nil) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.clientCAFile = clientCAFile
    }
  }

  /// Nil for a listener that takes plain text.
  package var tls: TLS?
  /// Bearer tokens (RFC 6750), one a line; empty lines and lines that begin with `#` are skipped. A request must bring
  /// one of them as `Authorization: Bearer TOKEN`. Nil where none is asked for.
  package var tokenFile: String?

  package init(tls: TLS? = nil, tokenFile: String? = nil) {
    self.tls = tls
    self.tokenFile = tokenFile
  }

  package static let none = ListenerSecurity()
}

extension ListenerSecurity {
  /// As much of a setting for all listeners as this transport can have. A listener that has nothing of it left and is
  /// open to the network is told of by `warning(for:at:)`.
  package func applied(to transport: Transport) -> ListenerSecurity {
    ListenerSecurity(
      tls: transport.carriesTLS ? tls : nil, tokenFile: transport.carriesTokens ? tokenFile : nil)
  }
}

extension Transport {
  /// Datagrams would need DTLS, which no OpenTelemetry exporter speaks.
  var carriesTLS: Bool { hasConnections }

  /// A frame and a datagram are a payload and nothing else.
  var carriesTokens: Bool {
    switch self {
    case .grpc, .http, .zipkin: true
    case .tcp, .udp, .xray: false
    }
  }

  /// What is offered in ALPN; raw TCP has no name there.
  var applicationProtocols: [String] {
    switch self {
    case .grpc: ["h2"]
    case .http, .zipkin: ["http/1.1"]
    case .tcp, .udp, .xray: []
    }
  }
}
