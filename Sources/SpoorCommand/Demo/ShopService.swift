import TraceModel

/// The services of the shop, each in its own language, with the conventions of its age, over its own transport.
enum ShopService: String, CaseIterable, Sendable {
  case web, catalog, cart, checkout, payment, stock, shipping, mailer, recommendations

  /// Which generation of OpenTelemetry's attribute names a service speaks.
  enum Conventions: Sendable {
    /// Semantic conventions since 1.23 for HTTP, since 1.33 for databases.
    case current
    /// What many programs in the field still send: `http.status_code`, `net.peer.name`, `db.system`.
    case older
  }

  var conventions: Conventions {
    switch self {
    case .cart, .stock, .recommendations: .older
    default: .current
    }
  }

  /// What it sends its spans over; see `ShopTransports` for what happens when that is off.
  var transport: Destination.Transport {
    switch self {
    case .web, .catalog, .payment: .http
    case .cart, .checkout, .shipping: .tcp
    case .stock, .mailer, .recommendations: .udp
    }
  }

  static let namespace = "shop"

  /// The node it is on the service map.
  var nodeID: String { "service:\(Self.namespace)/\(rawValue)" }

  /// Where the others find it.
  var host: String { "\(rawValue).shop.internal" }
  var port: Int64 {
    switch self {
    case .web: 443
    case .payment, .stock: 9090
    default: 8080
    }
  }

  private var language: String {
    switch self {
    case .web: "nodejs"
    case .catalog, .payment: "java"
    case .cart, .shipping: "go"
    case .checkout: "dotnet"
    case .stock, .recommendations: "python"
    case .mailer: "ruby"
    }
  }

  private var version: String {
    switch self {
    case .web: "5.2.0"
    case .catalog: "2.14.1"
    case .cart: "1.9.3"
    case .checkout: "3.0.2"
    case .payment: "4.1.0"
    case .stock: "0.8.17"
    case .shipping: "1.4.0"
    case .mailer: "2.2.5"
    case .recommendations: "0.3.1"
    }
  }

  var schemaURL: String {
    conventions == .current
      ? "https://opentelemetry.io/schemas/1.37.0" : "https://opentelemetry.io/schemas/1.20.0"
  }

  /// - Parameter instance: what tells this run's instances from those of another run.
  func resource(instance: String) -> Resource {
    Resource(
      attributes: [
        Attribute(SemanticAttributes.serviceName, .string(rawValue)),
        Attribute(SemanticAttributes.serviceNamespace, .string(Self.namespace)),
        Attribute("service.version", .string(version)),
        Attribute("service.instance.id", .string("\(rawValue)-\(instance)")),
        Attribute(
          conventions == .current ? "deployment.environment.name" : "deployment.environment", .string("demo")),
        Attribute("host.name", .string(host)),
        Attribute("telemetry.sdk.name", .string("opentelemetry")),
        Attribute("telemetry.sdk.language", .string(language)),
        Attribute("telemetry.sdk.version", .string(conventions == .current ? "1.53.0" : "1.21.0")),
      ], schemaURL: schemaURL)
  }

  /// The instrumentation libraries that make its spans.
  enum Library: String, Sendable {
    case http, rpc, database, messaging
    /// Spans that the service's own code makes.
    case own
  }

  func scope(_ library: Library) -> InstrumentationScope {
    let name =
      switch library {
      case .own: "shop.\(rawValue)"
      default: "opentelemetry.instrumentation.\(language).\(library.rawValue)"
      }
    return InstrumentationScope(name: name, version: library == .own ? version : "0.64.0", schemaURL: schemaURL)
  }
}
