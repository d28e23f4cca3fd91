import ArgumentParser

/// The flags that say where the ring is and what it promises. What is not given is for the environment, a file or the
/// default to say, so every option is a text here, and `ServeConfiguration` reads it.
struct RingOptions: ParsableArguments {
  @Option(name: ServeSettings.data.flag, help: ServeSettings.data.help) var data: String?
  @Option(name: ServeSettings.capacity.flag, help: ServeSettings.capacity.help) var capacity: String?
  @Option(name: ServeSettings.ack.flag, help: ServeSettings.ack.help) var ack: String?

  var given: [SettingPlace: [String]] {
    [
      ServeSettings.data.place: data.asList, ServeSettings.capacity.place: capacity.asList,
      ServeSettings.ack.place: ack.asList,
    ]
  }
}

/// The flags that say who listens where.
struct ListenOptions: ParsableArguments {
  @Option(name: ServeSettings.otlpGRPC.flag, help: ServeSettings.otlpGRPC.help) var otlpGRPC: [String] = []
  @Option(name: ServeSettings.otlpHTTP.flag, help: ServeSettings.otlpHTTP.help) var otlpHTTP: [String] = []
  @Option(name: ServeSettings.udp.flag, help: ServeSettings.udp.help) var udp: [String] = []
  @Option(name: ServeSettings.tcp.flag, help: ServeSettings.tcp.help) var tcp: [String] = []
  @Option(name: ServeSettings.xrayUDP.flag, help: ServeSettings.xrayUDP.help) var xrayUDP: [String] = []
  @Option(name: ServeSettings.zipkin.flag, help: ServeSettings.zipkin.help) var zipkin: [String] = []
  @Option(name: ServeSettings.corsOrigin.flag, help: ServeSettings.corsOrigin.help) var corsOrigin: [String] = []
  @Option(name: ServeSettings.api.flag, help: ServeSettings.api.help) var api: String?
  @Option(name: ServeSettings.apiCORSOrigin.flag, help: ServeSettings.apiCORSOrigin.help)
  var apiCORSOrigin: [String] = []

  var given: [SettingPlace: [String]] {
    [
      ServeSettings.otlpGRPC.place: otlpGRPC, ServeSettings.otlpHTTP.place: otlpHTTP, ServeSettings.udp.place: udp,
      ServeSettings.tcp.place: tcp, ServeSettings.xrayUDP.place: xrayUDP, ServeSettings.zipkin.place: zipkin,
      ServeSettings.corsOrigin.place: corsOrigin, ServeSettings.api.place: api.asList,
      ServeSettings.apiCORSOrigin.place: apiCORSOrigin,
    ]
  }
}

/// The flags that say who may send and ask. Those for one listener are not in the help, because few people need them.
struct AdmissionOptions: ParsableArguments {
  private static let all = SecuritySettings.everywhere
  private static let grpc = SecuritySettings.grpc
  private static let http = SecuritySettings.http
  private static let tcp = SecuritySettings.tcp
  private static let api = SecuritySettings.api
  private static let zipkin = SecuritySettings.zipkin

  @Option(name: all.certificate.flag, help: all.certificate.help) var tlsCert: String?
  @Option(name: all.key.flag, help: all.key.help) var tlsKey: String?
  @Option(name: all.clientCA.flag, help: all.clientCA.help) var tlsClientCA: String?
  @Option(name: all.tokens.flag, help: all.tokens.help) var tokenFile: String?

  @Option(name: grpc.certificate.flag, help: grpc.certificate.help) var grpcTLSCert: String?
  @Option(name: grpc.key.flag, help: grpc.key.help) var grpcTLSKey: String?
  @Option(name: grpc.clientCA.flag, help: grpc.clientCA.help) var grpcTLSClientCA: String?
  @Option(name: grpc.tokens.flag, help: grpc.tokens.help) var grpcTokenFile: String?

  @Option(name: http.certificate.flag, help: http.certificate.help) var httpTLSCert: String?
  @Option(name: http.key.flag, help: http.key.help) var httpTLSKey: String?
  @Option(name: http.clientCA.flag, help: http.clientCA.help) var httpTLSClientCA: String?
  @Option(name: http.tokens.flag, help: http.tokens.help) var httpTokenFile: String?

  @Option(name: tcp.certificate.flag, help: tcp.certificate.help) var tcpTLSCert: String?
  @Option(name: tcp.key.flag, help: tcp.key.help) var tcpTLSKey: String?
  @Option(name: tcp.clientCA.flag, help: tcp.clientCA.help) var tcpTLSClientCA: String?

  @Option(name: api.certificate.flag, help: api.certificate.help) var apiTLSCert: String?
  @Option(name: api.key.flag, help: api.key.help) var apiTLSKey: String?
  @Option(name: api.clientCA.flag, help: api.clientCA.help) var apiTLSClientCA: String?
  @Option(name: api.tokens.flag, help: api.tokens.help) var apiTokenFile: String?

  @Option(name: zipkin.certificate.flag, help: zipkin.certificate.help) var zipkinTLSCert: String?
  @Option(name: zipkin.key.flag, help: zipkin.key.help) var zipkinTLSKey: String?
  @Option(name: zipkin.clientCA.flag, help: zipkin.clientCA.help) var zipkinTLSClientCA: String?
  @Option(name: zipkin.tokens.flag, help: zipkin.tokens.help) var zipkinTokenFile: String?

  var given: [SettingPlace: [String]] {
    let (all, grpc, http, tcp, zipkin, api) = (Self.all, Self.grpc, Self.http, Self.tcp, Self.zipkin, Self.api)
    return [
      all.certificate.place: tlsCert.asList, all.key.place: tlsKey.asList, all.clientCA.place: tlsClientCA.asList,
      all.tokens.place: tokenFile.asList,
      grpc.certificate.place: grpcTLSCert.asList, grpc.key.place: grpcTLSKey.asList,
      grpc.clientCA.place: grpcTLSClientCA.asList, grpc.tokens.place: grpcTokenFile.asList,
      http.certificate.place: httpTLSCert.asList, http.key.place: httpTLSKey.asList,
      http.clientCA.place: httpTLSClientCA.asList, http.tokens.place: httpTokenFile.asList,
      tcp.certificate.place: tcpTLSCert.asList, tcp.key.place: tcpTLSKey.asList,
      tcp.clientCA.place: tcpTLSClientCA.asList,
      api.certificate.place: apiTLSCert.asList, api.key.place: apiTLSKey.asList,
      api.clientCA.place: apiTLSClientCA.asList, api.tokens.place: apiTokenFile.asList,
      zipkin.certificate.place: zipkinTLSCert.asList, zipkin.key.place: zipkinTLSKey.asList,
      zipkin.clientCA.place: zipkinTLSClientCA.asList, zipkin.tokens.place: zipkinTokenFile.asList,
    ]
  }
}

/// The flags of the configuration itself, of limits and of the log.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A YAML file of settings, weaker than flags and the environment; also SPOOR_CONFIG. - for standard input.",
      valueName: "FILE"))
  var config: String?

  @Flag(help: "Print the configuration that these flags, the environment and the file make, and end.")
  var printConfig = false

  @Option(name: ServeSettings.spanMetrics.flag, help: ServeSettings.spanMetrics.help) var spanMetrics: String?
  @Option(name: ServeSettings.memoryBudget.flag, help: ServeSettings.memoryBudget.help) var memoryBudget: String?
  @Option(name: ServeSettings.logLevel.flag, help: ServeSettings.logLevel.help) var logLevel: String?

  var given: [SettingPlace: [String]] {
    [
      ServeSettings.spanMetrics.place: spanMetrics.asList, ServeSettings.memoryBudget.place: memoryBudget.asList,
      ServeSettings.logLevel.place: logLevel.asList,
    ]
  }
}

extension String? {
  fileprivate var asList: [String] { map { [$0] } ?? [] }
}
