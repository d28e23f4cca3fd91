import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@Suite struct SpoorRoutesTests {
  @Test func `services, a search and a map answer as they always do`() async throws {
    try await Fixture.ask { client in
      for (route, name) in [
        ("services", "spoor-services.json"), ("search?q=%7Bstatus%3Derror%7D", "spoor-search.json"),
        ("map", "spoor-map.json"), ("status", "spoor-status.json"),
      ] {
        try await client.execute(uri: "/api/spoor/v1/\(route)", method: .get) { response in
          #expect(response.status == .ok)
          try Golden.expect(String(buffer: response.body), name)
        }
      }
    }
  }

  @Test func `a trace is answered by its ID, by a beginning that only it has, and not by one of several`() async throws
  {
    try await Fixture.ask { client in
      let whole = Fixture.traceID(3).description
      var bytes: [ByteBuffer] = []
      // Only the last digit tells the fixture's traces apart, so all but it begin every one of them.
      for name in [whole, whole.uppercased(), "0x\(whole)", "00-\(whole)-00f067aa0ba902b7-01"] {
        try await client.execute(uri: "/api/spoor/v1/traces/\(name)", method: .get) { response in
          #expect(response.status == .ok, "\(name)")
          #expect(response.headers[.contentType] == "application/x-protobuf")
          bytes.append(response.body)
        }
      }
      #expect(Set(bytes).count == 1 && bytes[0].readableBytes > 500)
      for (name, status, text) in [
        ("5b8efff7", HTTPResponse.Status.conflict, "{\"error\":\"more than 10 traces begin with 5b8efff7: "),
        (
          "5b8efff798038103d269b6338134000f", .notFound,
          "{\"error\":\"trace 5b8efff798038103d269b6338134000f is not in the ring; "
        ),
        ("abcdefab", .notFound, "{\"error\":\"no trace in the ring begins with abcdefab; "),
        ("xyz", .badRequest, "{\"error\":\"\\\"xyz\\\" is not a trace ID: "),
        ("\(whole)?cursor=zz", .badRequest, "{\"error\":\"\\\"zz\\\" is no cursor that an answer gave\"}"),
      ] {
        try await client.execute(uri: "/api/spoor/v1/traces/\(name)", method: .get) { response in
          #expect(response.status == status, "\(name)")
          #expect(String(buffer: response.body).hasPrefix(text), "\(String(buffer: response.body))")
        }
      }
    }
  }
}
