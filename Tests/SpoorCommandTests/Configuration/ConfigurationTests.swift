import Receivers
import Testing

@testable import SpoorCommand

@Suite struct ConfigurationTests {
  /// What a collector would be started with.
  private func read(
    flags: [SettingPlace: [String]] = [:], environment: [String: String] = [:], file: String? = nil
  ) throws(ConfigurationError) -> (ServeConfiguration, ConfigurationReader) {
    let file = try file.map { (text) throws(ConfigurationError) in
      try ConfigurationFile(name: "spoor.yaml", bytes: Array(text.utf8))
    }
    var reader = ConfigurationReader(flags: flags, environment: environment, file: file)
    let configuration = try ServeConfiguration(&reader)
    return (configuration, reader)
  }

  private func error(
    flags: [SettingPlace: [String]] = [:], environment: [String: String] = [:], file: String? = nil
  ) -> String? {
    do throws(ConfigurationError) {
      _ = try read(flags: flags, environment: environment, file: file)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func `flags are stronger than the environment, which is stronger than the file`() throws {
    let file = "ring:\n  data: /file\n"
    let environment = ["SPOOR_DATA": "/environment"]
    #expect(try read().0.data == "./spoor-data")
    #expect(try read(file: file).0.data == "/file")
    #expect(try read(environment: environment, file: file).0.data == "/environment")
    let all = try read(flags: [ServeSettings.data.place: ["/flag"]], environment: environment, file: file)
    #expect(all.0.data == "/flag")
  }

  @Test func `an empty variable, an empty section and an empty key say nothing`() throws {
    let (configuration, _) = try read(environment: ["SPOOR_DATA": ""], file: "ring:\nlisten:\n  api:\n")
    #expect(configuration.data == "./spoor-data")
    #expect(configuration.api?.port == 16_686)
    #expect(try read(file: "# nothing but words\n").0.data == "./spoor-data")
    #expect(try read(file: "").0.data == "./spoor-data")
  }

  @Test func `a listener takes several addresses from each of the three`() throws {
    let two = ["127.0.0.1:1", "[::1]:2"]
    let place = ServeSettings.otlpHTTP.place
    for configuration in [
      try read(flags: [place: two]).0, try read(flags: [place: [two.joined(separator: ",")]]).0,
      try read(environment: ["SPOOR_OTLP_HTTP": "127.0.0.1:1, [::1]:2"]).0,
      try read(file: "listen:\n  otlp-http:\n    - 127.0.0.1:1\n    - '[::1]:2'\n").0,
    ] {
      #expect(configuration.listeners.filter { $0.transport == .http }.map(\.address.description) == two)
    }
  }

  @Test func `off switches a listener off, and stands alone`() throws {
    let (configuration, _) = try read(file: "listen: { otlp-http: off, api: off }")
    #expect(!configuration.listeners.contains { $0.transport == .http } && configuration.api == nil)
    #expect(
      error(environment: ["SPOOR_UDP": "off,127.0.0.1:1"])
        == "SPOOR_UDP is \"off\"; it takes off alone, or addresses")
  }

  @Test func `what is printed is what is used, and by whom it was said`() throws {
    let (_, reader) = try read(
      flags: [ServeSettings.ack.place: ["written"]],
      environment: ["SPOOR_OTLP_HTTP": "127.0.0.1:1,[::1]:2", "SPOOR_DATA": "/a folder"],
      file: "listen:\n  api: off\nlog:\n  level: debug\n")
    let lines = ConfigurationText.write(reader.effective).split(separator: "\n")
    for line in [
      "  data: \"/a folder\"  # environment", "  # capacity:  # default: what the ring has, 10GiB for a new one",
      "  ack: written  # flag", "  otlp-http: [\"127.0.0.1:1\", \"[::1]:2\"]  # environment",
      "  udp: 127.0.0.1:4319  # default", "  api: off  # file", "  level: debug  # file",
    ] {
      #expect(lines.contains { $0 == line }, "\(line)")
    }
  }

  @Test(arguments: [
    [:], ["SPOOR_DATA": "\"it's\"\t\\ # no: comment\u{7}ü", "SPOOR_CAPACITY": "1.5GB", "SPOOR_API": ":0"],
    ["SPOOR_DATA": "- x", "SPOOR_TCP": "off", "SPOOR_UDP": "[::1]:1,:2,h:3", "SPOOR_LOG_LEVEL": "trace"],
    ["SPOOR_DATA": "null"], ["SPOOR_DATA": "~"], ["SPOOR_DATA": "{}"],
  ])
  func `what is printed can be read again, and then prints the same`(environment: [String: String]) throws {
    func values(_ reader: ConfigurationReader) -> [[String]] { reader.effective.map(\.values) }
    let (_, first) = try read(environment: environment)
    let (_, again) = try read(file: ConfigurationText.write(first.effective))
    #expect(values(again) == values(first))
  }

  @Test(arguments: [
    ("listen:\n  otlp-htp: off\n", "spoor.yaml:2: there is no setting listen.otlp-htp; did you mean listen.otlp-http?"),
    ("data: here\n", "spoor.yaml:1: there is no setting data; did you mean ring.data?"),
    ("\nring:\n  log-level: info\n", "spoor.yaml:3: there is no setting ring.log-level; did you mean log.level?"),
    (
      "wholly: { strange: 1 }",
      "spoor.yaml:1: there is no setting wholly.strange; \"spoor serve --print-config\" shows all there are"
    ),
    (
      "ring:\n  capacity: much\n",
      "spoor.yaml:2: ring.capacity is \"much\"; it takes a size such as 10GiB, 1.5TB or a number of bytes"
    ),
    ("ring:\n  data: [a, b]\n", "spoor.yaml:2: ring.data has several values, but takes one"),
    ("ring: [a]\n", "spoor.yaml:1: there is no setting ring; \"spoor serve --print-config\" shows all there are"),
    ("- a\n", "spoor.yaml:1: not a YAML file of settings: it holds no sections with keys"),
    (
      "ring:\n  data:\n    deep: 1\n",
      "spoor.yaml:3: not a YAML file of settings: ring.data takes a value, no keys"
    ),
    ("ring: {data: a\n", "spoor.yaml:2: not a YAML file of settings: did not find expected ',' or '}'"),
    ("ring:\n  data: a\n  data: b\n", "spoor.yaml:2: not a YAML file of settings: data is there twice"),
  ])
  func `a file that is wrong is told with its line`(file: String, sentence: String) {
    #expect(error(file: file) == sentence)
  }

  @Test func `a wrong value is told with the name of who said it`() {
    #expect(
      error(environment: ["SPOOR_OTLP_HTTP": "nowhere"])
        == "SPOOR_OTLP_HTTP is \"nowhere\"; it takes HOST:PORT, unix:PATH or off")
    #expect(
      error(flags: [ServeSettings.logLevel.place: ["loud"]])
        == "--log-level is \"loud\"; it takes trace, debug, info, notice, warning, error, critical")
  }

  @Test func `variables that are no setting are named`() throws {
    let (_, reader) = try read(environment: ["SPOOR_CAPACTY": "1", "SPOOR_CONFIG": "x", "SPOOR_X": "1", "PATH": "/"])
    #expect(
      reader.unknownVariables == [
        "SPOOR_CAPACTY in the environment is no setting; did you mean SPOOR_CAPACITY?",
        "SPOOR_X in the environment is no setting",
      ])
  }

  @Test func `no two settings share a flag, a variable or a key`() throws {
    let places = try read().1.effective.map(\.place)
    #expect(Set(places.map(\.variable)).count == places.count)
    #expect(Set(places.map(\.path)).count == places.count)
  }

  @Test func `every setting has its flag`() throws {
    for place in try read().1.effective.map(\.place) {
      let options = try ServeCommand.parse(["--\(place.name)", "given"])
      #expect(options.flags[place] == ["given"], "--\(place.name)")
    }
  }

  @Test func `what says who may send holds for all listeners that can have it`() throws {
    let (configuration, _) = try read(
      file: "security: { tls-cert: c, tls-key: k, tls-client-ca: a, token-file: t }")
    let tls = ListenerSecurity.TLS(certificateFile: "c", keyFile: "k", clientCAFile: "a")
    let all = ListenerSecurity(tls: tls, tokenFile: "t")
    #expect(
      configuration.security == [.grpc: all, .http: all, .tcp: ListenerSecurity(tls: tls), .zipkin: all])
    #expect(configuration.apiSecurity == all)
  }

  @Test func `who may ask the API may be said of it alone, and so may the pages that read it`() throws {
    let (configuration, _) = try read(
      environment: ["SPOOR_API_TOKEN_FILE": "off", "SPOOR_API_CORS_ORIGIN": "http://localhost:3000"],
      file: "security: { tls-cert: c, tls-key: k, token-file: t, api-tls-cert: d, api-tls-key: l }")
    let tls = ListenerSecurity.TLS(certificateFile: "d", keyFile: "l")
    #expect(configuration.apiSecurity == ListenerSecurity(tls: tls))
    #expect(configuration.security[.http]?.tls?.certificateFile == "c")
    #expect(configuration.apiOrigins == [.exactly("http://localhost:3000")] && configuration.cors == .off)
    #expect(error(file: "security: { api-tls-cert: c }") == "--api-tls-cert needs --api-tls-key beside it")
  }

  @Test func `what says who may send to one listener is stronger, and off is for nobody's file`() throws {
    let (configuration, reader) = try read(
      environment: ["SPOOR_OTLP_HTTP_TLS_CERT": "off", "SPOOR_OTLP_GRPC_TOKEN_FILE": "g"],
      file: "security: { tls-cert: c, tls-key: k, token-file: t }")
    #expect(configuration.security[.http] == ListenerSecurity(tokenFile: "t"))
    #expect(configuration.security[.grpc]?.tokenFile == "g" && configuration.security[.grpc]?.tls != nil)
    let text = ConfigurationText.write(reader.effective)
    #expect(text.contains("otlp-http-tls-cert: off") && !text.contains("tcp-tls-cert"))
  }

  @Test(arguments: [
    ("{ tls-cert: c }", "--tls-cert needs --tls-key beside it"),
    ("{ tls-key: k }", "--tls-key needs --tls-cert beside it"),
    ("{ tls-client-ca: a }", "--tls-client-ca needs --tls-cert beside it"),
    ("{ otlp-http-tls-cert: c }", "--otlp-http-tls-cert needs --otlp-http-tls-key beside it"),
  ])
  func `a certificate and its key go together`(security: String, sentence: String) {
    #expect(error(file: "security: \(security)") == sentence)
  }

  @Test func `pages that may send are origins`() throws {
    #expect(
      try read(environment: ["SPOOR_CORS_ORIGIN": "https://shop.example/,http://localhost:3000"]).0.cors
        == CORSPolicy(origins: [.exactly("https://shop.example"), .exactly("http://localhost:3000")]))
    #expect(error(file: "listen: { cors-origin: [shop] }")?.contains("an origin such as") == true)
  }

  @Test func `a file that is not there or too large is told by its name`() throws {
    for (path, reason) in [("/nowhere/spoor.yaml", "cannot be read"), ("/dev/zero", "is larger than 1 MiB")] {
      var sentence = ""
      do { _ = try ConfigurationFile(path: path) } catch { sentence = error.description }
      #expect(sentence.hasPrefix("\(path) \(reason)"), "\(sentence)")
    }
  }
}
