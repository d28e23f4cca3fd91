import Testing
import TraceModel

@testable import Rendering

@Suite struct ServiceTableTests {
  @Test func `the shop's services are printed as they were approved`() throws {
    try Golden.expect(ServiceTable(Shop.services, style: .plain).text, "services.txt")
    try Golden.expect(ServiceTable(Shop.services, style: .ansi).text, "services.ansi")
  }

  @Test func `the namespace's column is there only if a service has one`() {
    var services = Shop.services
    for number in services.indices { services[number].namespace = nil }
    #expect(!ServiceTable(services, style: .plain).text.contains("NAMESPACE"))
    #expect(ServiceTable([], style: .plain).text.split(separator: "\n").count == 1)
  }

  @Test func `counts that are estimated from samples say so`() {
    var service = Shop.services[0]
    service.isEstimated = true
    let counted = ServiceTable([service]).text.filter { $0 != "≈" }
    #expect(ServiceTable([service]).text.contains("≈\(service.latency.count.grouped) "))
    #expect(!ServiceTable([Shop.services[0]]).text.contains("≈") && counted.contains(service.spans.grouped))
  }

  @Test func `columns stay aligned whatever the names`() {
    let services = Hostile.names.map { name in
      var service = Shop.services[0]
      service.name = name
      return service
    }
    let lines = ServiceTable(services, style: .plain).text.split(separator: "\n")
    #expect(lines.count == services.count + 1)
    #expect(Set(lines.map { String($0).columns }).count == 1)
  }
}
