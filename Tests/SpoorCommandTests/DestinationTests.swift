import Testing

@testable import SpoorCommand

@Suite struct DestinationTests {
  @Test(arguments: [
    ("http://127.0.0.1:4318", Destination(.http, host: "127.0.0.1", port: 4318)),
    ("http://127.0.0.1:4318/", Destination(.http, host: "127.0.0.1", port: 4318)),
    ("HTTP://localhost:80", Destination(.http, host: "localhost", port: 80)),
    ("grpc://127.0.0.1:4317", Destination(.grpc, host: "127.0.0.1", port: 4317)),
    ("tcp://collector.example:4319", Destination(.tcp, host: "collector.example", port: 4319)),
    ("udp://[::1]:4319", Destination(.udp, host: "::1", port: 4319)),
    ("udp://h:65535", Destination(.udp, host: "h", port: 65_535)),
  ])
  func `a URL of a transport, host and port is a destination`(text: String, destination: Destination) throws {
    #expect(try Destination(parsing: text) == destination)
  }

  @Test(arguments: [
    ("tcp://unix:/run/spoor.sock", Destination.Transport.tcp, "tcp://unix:/run/spoor.sock"),
    ("unix:/run/spoor.sock", .tcp, "tcp://unix:/run/spoor.sock"),
    ("udp://unix:spoor.dgram", .udp, "udp://unix:spoor.dgram"),
  ])
  func `the path of a Unix socket is a destination`(
    text: String, transport: Destination.Transport, written: String
  ) throws {
    let destination = try Destination(parsing: text)
    #expect(destination.transport == transport)
    #expect(destination.authority.unixPath?.hasSuffix("spoor.sock") == true || transport == .udp)
    #expect(destination.description == written)
    #expect(try Destination(parsing: written) == destination)
  }

  @Test(arguments: [("https://h:1/", Destination.Transport.http), ("grpcs://h:1", .grpc), ("TCPS://h:1", .tcp)])
  func `an s after the transport asks for TLS`(text: String, transport: Destination.Transport) throws {
    let destination = try Destination(parsing: text)
    #expect(destination.isEncrypted)
    #expect(destination.transport == transport)
    #expect(destination.authority == Authority(host: "h", port: 1))
    #expect(destination != Destination(transport, host: "h", port: 1))
    #expect(try Destination(parsing: destination.description) == destination)
  }

  @Test(arguments: [
    ("127.0.0.1:4318", SendingError.DestinationFault.noTransport),
    ("", .noTransport),
    ("ftp://127.0.0.1:4317", .unknownTransport("ftp")),
    ("udps://127.0.0.1:4318", .unknownTransport("udps")),
    ("http://127.0.0.1", .noHostAndPort),
    ("http://:4318", .noHostAndPort),
    ("http://127.0.0.1:0", .noHostAndPort),
    ("http://127.0.0.1:65536", .noHostAndPort),
    ("http://127.0.0.1:+80", .noHostAndPort),
    ("http://127.0.0.1:4318/v1/traces", .noHostAndPort),
    ("tcp://127.0.0.1:4319/", .noHostAndPort),
    ("tcp://::1:4319", .noHostAndPort),
    ("tcp://[h]:4319", .noHostAndPort),
    ("http://user@host:4318", .noHostAndPort),
    ("http://ho st:4318", .noHostAndPort),
    ("http://unix:/run/spoor.sock", .noHostAndPort),
    ("tcp://unix:", .noHostAndPort),
    ("unix:", .noTransport),
  ])
  func `anything else is refused, and the error says why`(text: String, fault: SendingError.DestinationFault) {
    #expect(throws: SendingError.invalidDestination(text, fault)) { try Destination(parsing: text) }
  }

  @Test func `a destination is written as it is read`() throws {
    for text in ["http://127.0.0.1:4318", "udp://[::1]:4319"] {
      #expect(try Destination(parsing: text).description == text)
    }
  }

  @Test func `another transport is refused with the names of those there are`() {
    let sentence = SendingError.invalidDestination("ftp://h:1", .unknownTransport("ftp")).description
    for transport in Destination.Transport.allCases { #expect(sentence.contains(transport.rawValue)) }
  }

  @Test(arguments: [
    ("http://127.0.0.1:16686/api/x?y=%20z", "/api/x?y=%20z"),
    ("http://127.0.0.1:16686", "/"),
    ("http://127.0.0.1:16686?q", "/?q"),
  ])
  func `a URL has a target`(text: String, target: String) throws {
    let url = try HTTPURL(parsing: text)
    #expect(url.target == target)
    #expect(url.authority == Authority(host: "127.0.0.1", port: 16_686))
  }

  @Test(arguments: [
    "httpss://h:1/", "h:1/", "http://h/", "http://h:1/a b", "http://h:1/a\r\nX: y", "http://h:1/#part", "http://h:1/ü",
  ])
  func `a URL that would be more than one target is refused`(text: String) {
    #expect(throws: SendingError.invalidURL(text)) { try HTTPURL(parsing: text) }
  }

  @Test func `an option of the demo takes its own transport or off`() throws {
    #expect(try DemoDestination(parsing: "off", for: .tcp) == .off)
    #expect(try DemoDestination(parsing: "tcp://h:1", for: .tcp) == .at(Destination(.tcp, host: "h", port: 1)))
    #expect(throws: SendingError.wrongTransport("tcp://h:1", wanted: .udp)) {
      try DemoDestination(parsing: "tcp://h:1", for: .udp)
    }
  }
}
