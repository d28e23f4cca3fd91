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
  @Option(name: ServeSettings.otlpHTTP.flag, help: ServeSettings.otlpHTTP.help) var otlpHTTP: [String] = []
  @Option(name: ServeSettings.udp.flag, help: ServeSettings.udp.help) var udp: [String] = []
  @Option(name: ServeSettings.tcp.flag, help: ServeSettings.tcp.help) var tcp: [String] = []
  @Option(name: ServeSettings.api.flag, help: ServeSettings.api.help) var api: String?

  var given: [SettingPlace: [String]] {
    [
      ServeSettings.otlpHTTP.place: otlpHTTP, ServeSettings.udp.place: udp, ServeSettings.tcp.place: tcp,
      ServeSettings.api.place: api.asList,
    ]
  }
}

/// The flags of the configuration itself and of the log.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A YAML file of settings, weaker than flags and the environment; also SPOOR_CONFIG. - for standard input.",
      valueName: "FILE"))
  var config: String?

  @Flag(help: "Print the configuration that these flags, the environment and the file make, and end.")
  var printConfig = false

  @Option(name: ServeSettings.logLevel.flag, help: ServeSettings.logLevel.help) var logLevel: String?

  var given: [SettingPlace: [String]] { [ServeSettings.logLevel.place: logLevel.asList] }
}

extension String? {
  fileprivate var asList: [String] { map { [$0] } ?? [] }
}
