import TraceModel

/// One of the services that `spoor load` makes up.
struct LoadService: Sendable {
  static let routeCount = 20

  let name: String
  let host: String
  let resource: Resource
  let scope: InstrumentationScope

  init(number: Int) {
    name = "service-\(number)"
    host = "\(name).load.svc.cluster.local"
    scope = InstrumentationScope(name: "spoor.load", version: "1.0.0")
    resource = Resource(attributes: [
      Attribute("service.name", .string(name)), Attribute("service.namespace", .string("load")),
      Attribute("service.version", .string("1.0.\(number)")),
      Attribute("service.instance.id", .string("8c1f4d2e-7a3b-4c5d-9e6f-\(100_000_000_000 + number)")),
      Attribute("telemetry.sdk.language", .string("swift")), Attribute("telemetry.sdk.name", .string("spoor-load")),
      Attribute("deployment.environment.name", .string("load")),
      Attribute("k8s.pod.name", .string("\(name)-6d4cf56db6-x\(number)kq")),
      Attribute("host.name", .string("node-\(number % 6)")), Attribute("host.arch", .string("amd64")),
    ])
  }

  func method(of route: Int) -> String { route % 3 == 0 ? "POST" : "GET" }

  func route(_ route: Int) -> String { "/api/v1/\(name)/things\(route)/{id}" }

  func url(of route: Int) -> String { "http://\(host):8080/api/v1/\(name)/things\(route)" }
}
