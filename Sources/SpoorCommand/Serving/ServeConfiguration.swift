import Collector
import Logging
import Receivers

/// What a collector is started with, read from flags, the environment and a file.
struct ServeConfiguration: Sendable {
  var data: String
  /// Nothing: what the ring has.
  var capacity: ByteCount?
  var ack: Acknowledgement
  /// The transports that are on, with each address.
  var listeners: [(transport: Transport, address: ListenAddress)]
  /// Which web pages may send.
  var cors: CORSPolicy
  /// Who may send; a transport that is not there takes spans from everybody.
  var security: [Transport: ListenerSecurity]
  /// Nothing: no API.
  var api: ListenAddress?
  /// Who may ask it.
  var apiSecurity: ListenerSecurity
  /// Which web pages may read its answers.
  var apiOrigins: Set<CORSOrigin>
  /// Whether `/metrics` counts spans by service, name and edge.
  var hasSpanMetrics: Bool
  var limits: CollectorLimits
  var logLevel: Logger.Level

  init(_ reader: inout ConfigurationReader) throws(ConfigurationError) {
    data = try reader.value(ServeSettings.data)
    capacity = try reader.optional(ServeSettings.capacity)
    ack = try reader.value(ServeSettings.ack)
    listeners = []
    for (transport, setting) in [
      (Transport.grpc, ServeSettings.otlpGRPC), (.http, ServeSettings.otlpHTTP), (.udp, ServeSettings.udp),
      (.tcp, ServeSettings.tcp), (.xray, ServeSettings.xrayUDP), (.zipkin, ServeSettings.zipkin),
    ] {
      listeners += try reader.addresses(setting).map { (transport, $0) }
    }
    cors = CORSPolicy(origins: try reader.values(ServeSettings.corsOrigin))
    api = try reader.value(ServeSettings.api).address
    // Read in the order of the sections, of which --print-config writes each once.
    apiOrigins = Set(try reader.values(ServeSettings.apiCORSOrigin))
    if let api, api.isUnix {
      throw .wrongValue(api.description, place: reader.name(of: ServeSettings.api.place), wanted: "HOST:PORT or off")
    }
    hasSpanMetrics = try reader.value(ServeSettings.spanMetrics) == .on
    limits = CollectorLimits()
    let memory = try reader.value(ServeSettings.memoryBudget)
    guard let byteCount = Int(exactly: memory.bytes), byteCount >= Self.memoryByteCountMin else {
      throw .wrongValue(
        memory.description, place: reader.name(of: ServeSettings.memoryBudget.place), wanted: "8MiB at least")
    }
    limits.memoryByteCountMax = byteCount
    (security, apiSecurity) = try reader.security()
    logLevel = try reader.value(ServeSettings.logLevel)
    try reader.checkKeys()
  }

  /// Below, a few requests of the usual size would be too many at once.
  private static let memoryByteCountMin = 8 << 20
}

extension ConfigurationReader {
  /// The addresses of a listener; none if it is off.
  fileprivate mutating func addresses(_ setting: Setting<ListenOption>) throws(ConfigurationError) -> [ListenAddress] {
    let options = try values(setting)
    let addresses = options.compactMap(\.address)
    guard addresses.isEmpty || addresses.count == options.count else {
      throw .wrongValue("off", place: name(of: setting.place), wanted: "off alone, or addresses")
    }
    return addresses
  }
}
