import NIOCore
import Receivers

/// Where and how spans are sent, after flags and the environment have been heard.
struct SendingPlan: Sendable {
  var destination: Destination
  var compression: ContentCoding
  var security: SenderSecurity
  /// Of each attempt.
  var timeout: TimeAmount

  /// - Parameters:
  ///   - destination: what a flag said, nil if none did; so with the others.
  ///   - environment: holds where no flag says anything.
  init(
    to destination: Destination?, compression: ContentCoding?, security: SenderSecurity,
    environment: ExporterEnvironment
  ) {
    self.destination =
      destination ?? environment.destination ?? Destination(.http, host: "127.0.0.1", port: 4318)
    let wanted = compression ?? environment.compression.map(ContentCoding.init) ?? .identity
    // A flag that makes no sense has been refused already; the environment is meant for exporters of OTLP.
    self.compression = self.destination.transport.carriesCompression ? wanted : .identity
    self.security = security.over(environment)
    timeout = environment.timeout ?? SendingLimits.timeout
  }

  /// One sender. It connects when something is sent.
  func sender(group: any EventLoopGroup) throws(SendingError) -> any SpanSender {
    try destination.sender(group: group, compression: compression, security: security, timeout: timeout)
  }

  /// Senders with connections of their own, which are made when something is sent.
  /// - Parameter splitter: cuts what is too large for a datagram.
  func senders(
    _ count: Int, group: any EventLoopGroup, splitter: DatagramSplitter = DatagramSplitter()
  ) throws(SendingError) -> [any SpanSender] {
    try destination.senders(
      count, group: group, compression: compression, security: security, timeout: timeout, splitter: splitter)
  }
}

extension ExporterEnvironment {
  /// Nothing where neither an endpoint nor a protocol is named.
  var destination: Destination? {
    let transport: Destination.Transport = wire == .grpc ? .grpc : .http
    guard let endpoint else {
      return wire == .grpc ? Destination(.grpc, host: "127.0.0.1", port: 4317) : nil
    }
    var destination = Destination(transport, host: endpoint.authority.host, port: endpoint.authority.port)
    destination.isEncrypted = endpoint.isEncrypted
    if transport == .http { destination.path = endpoint.path }
    return destination
  }
}

extension SenderSecurity {
  /// What flags said, completed with what the environment says. A header of a flag replaces that of the same name.
  fileprivate func over(_ environment: ExporterEnvironment) -> SenderSecurity {
    var security = self
    security.caFile = caFile ?? environment.certificateFile
    if certificateFile == nil, keyFile == nil {
      security.certificateFile = environment.clientCertificateFile
      security.keyFile = environment.clientKeyFile
    }
    let replaced = Set(headers.map { $0.name.lowercased() })
    security.headers = environment.headers.filter { !replaced.contains($0.name.lowercased()) } + headers
    return security
  }
}

extension ContentCoding {
  fileprivate init(_ compression: ExporterEnvironment.Compression) {
    switch compression {
    case .none: self = .identity
    case .gzip: self = .gzip
    case .zstd: self = .zstd
    }
  }
}
