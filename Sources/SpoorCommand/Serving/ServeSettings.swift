import Collector
import Logging
import Receivers

/// Everything about `spoor serve` that can be set, with what holds where nobody sets it.
enum ServeSettings {
  static let data = Setting(
    place: SettingPlace("ring", "data"), purpose: "The folder of the ring; made if it is not there", valueName: "DIR",
    initial: ["./spoor-data"])
  static let capacity = Setting<ByteCount>(
    place: SettingPlace("ring", "capacity"), purpose: "How much disk the ring may take, 32MiB at least",
    valueName: "SIZE", initial: [], initialMeaning: "what the ring has, 10GiB for a new one")
  static let ack = Setting(
    place: SettingPlace("ring", "ack"),
    purpose: "Answer senders once their spans are durable (fdatasync), written, or only received", valueName: "ack",
    initial: [Acknowledgement.durable])

  static let otlpGRPC = listener(.grpc, "OTLP/gRPC", port: 4317)
  static let otlpHTTP = listener(.http, "OTLP/HTTP", port: 4318)
  static let udp = listener(.udp, "OTLP requests as UDP datagrams", port: 4319)
  static let tcp = listener(.tcp, "OTLP requests as TCP frames", port: 4319)
  static let xrayUDP = Setting(
    place: SettingPlace("listen", Transport.xray.rawValue),
    purpose: "OTLP as AWS's OpenTelemetry SDKs send it to the X-Ray daemon, at 127.0.0.1:2000 mostly",
    valueName: "HOST:PORT", initial: [ListenOption.off], isList: true)
  static let zipkin = Setting(
    place: SettingPlace("listen", Transport.zipkin.rawValue),
    purpose: "Zipkin's spans over HTTP, at 127.0.0.1:9411 mostly", valueName: "HOST:PORT",
    initial: [ListenOption.off], isList: true)
  static let corsOrigin = Setting<CORSOrigin>(
    place: SettingPlace("listen", "cors-origin"),
    purpose: "Let browsers send from pages of this origin over HTTP; * for any page", valueName: "ORIGIN",
    initial: [], initialMeaning: "no pages", isList: true)
  static let api = Setting(
    place: SettingPlace("listen", "api"), purpose: "The HTTP server that answers questions and /metrics",
    valueName: "HOST:PORT", initial: [ListenOption.at(ListenAddress(host: "127.0.0.1", port: 16686))])
  static let apiCORSOrigin = Setting<CORSOrigin>(
    place: SettingPlace("listen", "api-cors-origin"),
    purpose: "Let pages of this origin read the API's answers in browsers; * for any page", valueName: "ORIGIN",
    initial: [], initialMeaning: "no pages", isList: true)

  static let spanMetrics = Setting(
    place: SettingPlace("metrics", "spans", name: "span-metrics"),
    purpose:
      "Whether /metrics counts spans by service, name and edge; scrapes then take up to a twentieth of a processor",
    valueName: "on|off", initial: [OnOff.on])

  static let memoryBudget = Setting(
    place: SettingPlace("limits", "memory", name: "memory-budget"),
    purpose: "Memory for all that arrives or waits to be stored, 8MiB at least; past it senders are told to wait",
    valueName: "SIZE", initial: [ByteCount(bytes: UInt64(CollectorLimits().memoryByteCountMax))])

  static let logLevel = Setting(
    place: SettingPlace("log", "level", name: "log-level"),
    purpose: "The least of what is logged to standard error: trace, debug, info, notice, warning, error, critical",
    valueName: "LEVEL", initial: [Logger.Level.warning])

  private static func listener(_ transport: Transport, _ purpose: String, port: Int) -> Setting<ListenOption> {
    Setting(
      place: SettingPlace("listen", transport.rawValue), purpose: purpose, valueName: "HOST:PORT",
      initial: [.at(ListenAddress(host: "127.0.0.1", port: port))], isList: true)
  }
}
