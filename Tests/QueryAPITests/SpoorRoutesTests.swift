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
}
