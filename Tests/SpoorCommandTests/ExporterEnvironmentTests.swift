import NIOCore
import Receivers
import Testing

@testable import SpoorCommand

@Suite struct ExporterEnvironmentTests {
  @Test func `nothing said is nothing set`() {
    let environment = ExporterEnvironment(["OTEL_EXPORTER_OTLP_ENDPOINT": "", "OTEL_EXPORTER_OTLP_TIMEOUT": "  "])
    #expect(environment.endpoint == nil && environment.wire == nil && environment.timeout == nil)
    #expect(environment.headers.isEmpty && environment.warnings.isEmpty)
  }

  @Test(
    arguments: [
      ("http://collector:4318", "collector:4318", "/v1/traces", false),
      ("http://collector:4318/", "collector:4318", "/v1/traces", false),
      ("https://collector", "collector:443", "/v1/traces", true),
      ("http://[::1]", "[::1]:80", "/v1/traces", false),
      ("HTTP://collector:1/tenant/a", "collector:1", "/tenant/a/v1/traces", false),
    ] as [(String, String, String, Bool)])
  func `an endpoint of all signals has the path of traces below it`(
    text: String, authority: String, path: String, isEncrypted: Bool
  ) throws {
    let endpoint = try #require(ExporterEnvironment(["OTEL_EXPORTER_OTLP_ENDPOINT": text]).endpoint)
    #expect(endpoint.authority.description == authority)
    #expect(endpoint.path == path && endpoint.isEncrypted == isEncrypted)
  }

  @Test func `an endpoint of traces is taken as it is, and is stronger`() {
    let both = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b:2/in",
    ]
    #expect(ExporterEnvironment(both).endpoint?.path == "/in")
    #expect(ExporterEnvironment(["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://b:2"]).endpoint?.path == "/")
  }

  @Test func `everything else is read as the specification writes it`() {
    let environment = ExporterEnvironment([
      "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf",
      "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20abc=, x-a = b", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
      "OTEL_EXPORTER_OTLP_TIMEOUT": "1500", "OTEL_EXPORTER_OTLP_CERTIFICATE": "/ca",
      "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY": "/key", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "/cert",
    ])
    #expect(environment.wire == .httpProtobuf && environment.compression == .gzip)
    #expect(environment.headers.map(\.name) == ["authorization", "x-a"])
    #expect(environment.headers.map(\.value) == ["Bearer abc=", "b"])
    #expect(environment.timeout == .milliseconds(1500))
    #expect(environment.certificateFile == "/ca" && environment.clientKeyFile == "/key")
    #expect(environment.clientCertificateFile == "/cert" && environment.warnings.isEmpty)
  }

  @Test(arguments: [
    ("PROTOCOL", "http"), ("ENDPOINT", "collector:4318"), ("ENDPOINT", "http://a:1/x y"), ("HEADERS", "secret"),
    ("HEADERS", "a=secret%0d%0aB: c"), ("COMPRESSION", "lz4"), ("TIMEOUT", "10s"), ("TIMEOUT", "0"),
  ])
  func `what cannot be understood is ignored with a warning that repeats no secret`(name: String, value: String) {
    let environment = ExporterEnvironment(["OTEL_EXPORTER_OTLP_\(name)": value])
    #expect(environment.warnings.count == 1)
    #expect(environment.warnings.first?.hasPrefix("OTEL_EXPORTER_OTLP_\(name) is ignored: it takes ") == true)
    #expect(environment.warnings.first?.contains("secret") == false)
  }
}

@Suite struct SendingPlanTests {
  private func plan(
    to destination: String? = nil, compression: ContentCoding? = nil, headers: [String] = [],
    _ environment: [String: String] = [:]
  ) throws -> SendingPlan {
    let variables = Dictionary(uniqueKeysWithValues: environment.map { ("OTEL_EXPORTER_OTLP_" + $0, $1) })
    return SendingPlan(
      to: try destination.map { try Destination(parsing: $0) }, compression: compression,
      security: SenderSecurity(headers: headers.compactMap { RequestHeader(argument: $0) }),
      environment: ExporterEnvironment(variables))
  }

  @Test(
    arguments: [
      ([:], "http://127.0.0.1:4318"), (["PROTOCOL": "grpc"], "grpc://127.0.0.1:4317"),
      (["ENDPOINT": "http://a:1"], "http://a:1"), (["ENDPOINT": "https://a:1/b"], "https://a:1/b/v1/traces"),
      (["ENDPOINT": "https://a:1/b", "PROTOCOL": "grpc"], "grpcs://a:1"),
      (["ENDPOINT": "https://a:1", "TRACES_ENDPOINT": "http://c:2/d"], "http://c:2/d"),
    ] as [([String: String], String)])
  func `the environment says where to send`(environment: [String: String], destination: String) throws {
    #expect(try plan(environment).destination.description == destination)
  }

  @Test func `flags are stronger than the environment`() throws {
    let environment = ["ENDPOINT": "http://a:1", "COMPRESSION": "gzip", "HEADERS": "a=1,b=2", "TIMEOUT": "250"]
    let plan = try plan(to: "http://f:3", compression: .zstd, headers: ["B=3"], environment)
    #expect(plan.destination.description == "http://f:3" && plan.compression == .zstd)
    #expect(plan.security.headers.map(\.name) == ["a", "B"] && plan.timeout == .milliseconds(250))
  }

  @Test func `what the environment compresses is not meant for datagrams`() throws {
    #expect(try plan(to: "udp://a:1", ["COMPRESSION": "gzip"]).compression == .identity)
    #expect(try plan(["COMPRESSION": "gzip"]).compression == .gzip)
  }

  @Test func `the demo sends everything where the environment says, unless an option says otherwise`() throws {
    let environment = ExporterEnvironment(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:1"])
    let everywhere = try #require(try DemoCommand.parse([]).transports(environment))
    #expect(ShopService.allCases.allSatisfy { everywhere.destination(of: $0).description == "http://a:1" })
    let usual = try #require(try DemoCommand.parse(["--udp", "off"]).transports(environment))
    #expect(usual.destination(of: .web).description == "http://127.0.0.1:4318")
    #expect(usual.destination(of: .cart).description == "tcp://127.0.0.1:4319")
  }
}
