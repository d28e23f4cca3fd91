import Testing

@testable import Receivers

@Suite struct SecurityWarningTests {
  @Test(arguments: ["127.0.0.1", "127.8.9.10", "::1", "localhost", "LocalHost", "app.localhost", "::ffff:127.0.0.1"])
  func `nobody is warned of a listener that only this machine reaches`(host: String) {
    for transport in Transport.allCases {
      #expect(ListenerSecurity.none.warning(for: transport, at: ListenAddress(host: host, port: 4318)) == nil)
    }
  }

  @Test(arguments: [
    "", "0.0.0.0", "::", "192.0.2.1", "2001:db8::1", "collector.example", "127.0.0.1.example", "128.0.0.1",
  ])
  func `a listener that others reach warns in one line that says what to do`(host: String) throws {
    let address = ListenAddress(host: host, port: 4318)
    for transport in Transport.allCases {
      let line = try #require(ListenerSecurity.none.warning(for: transport, at: address))
      #expect(line.hasPrefix("\(transport): anybody who reaches \(address) may send; "))
      #expect(line.contains("--token-file") == transport.carriesTokens)
      #expect(line.contains("--tls-client-ca") == transport.carriesTLS)
      #expect(!line.contains("\n"))
    }
  }

  @Test func `neither TLS nor tokens need a warning`() {
    let tls = ListenerSecurity.TLS(certificateFile: "c", keyFile: "k")
    for security in [ListenerSecurity(tls: tls), ListenerSecurity(tokenFile: "t")] {
      #expect(security.warning(for: .http, at: ListenAddress(host: "", port: 4318)) == nil)
    }
  }

  @Test func `a setting for all listeners is cut to what each can have`() {
    let tls = ListenerSecurity.TLS(certificateFile: "c", keyFile: "k")
    let all = ListenerSecurity(tls: tls, tokenFile: "t")
    #expect(all.applied(to: .grpc) == all)
    #expect(all.applied(to: .http) == all)
    #expect(all.applied(to: .tcp) == ListenerSecurity(tls: tls))
    #expect(all.applied(to: .udp) == .none)
    #expect(all.applied(to: .xray) == .none)
  }

  @Test(arguments: [
    (
      ListenerSecurity(tls: .init(certificateFile: "c", keyFile: "k")), Transport.udp,
      ReceiverError.cannotCarryTLS(.udp)
    ),
    (ListenerSecurity(tokenFile: "t"), .xray, .cannotCarryTokens(.xray)),
    (ListenerSecurity(tokenFile: "t"), .tcp, .cannotCarryTokens(.tcp)),
  ])
  func `what a transport cannot carry is an error that says what to do`(
    security: ListenerSecurity, transport: Transport, error: ReceiverError
  ) {
    #expect(throws: error) { try Gatekeeper(security, for: transport) }
    #expect("\(error)".contains(transport == .tcp ? "--tls-client-ca" : "--\(transport) off"))
    #expect(!"\(error)".contains("\n"))
  }
}
