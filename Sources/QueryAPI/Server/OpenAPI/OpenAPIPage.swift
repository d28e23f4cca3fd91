import Hummingbird

/// Spoor's own routes as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html).
struct OpenAPIPage: Encodable {
  private let openapi = "3.1.1"
  private let info = Info()
  private let paths: [String: Path]
  private let components = Components()

  init(_ routes: [DescribedRoute]) {
    paths = Dictionary(routes.map { ($0.path, Path($0)) }) { first, _ in first }
  }

  private struct Info: Encodable {
    let title = "Spoor"
    let version = "1"
    let description = "What a running collector answers about the spans in its ring. Errors are {\"error\": \"…\"}."
  }

  private struct Components: Encodable {
    let securitySchemes = ["token": ["type": "http", "scheme": "bearer"]]
  }

  private struct Path: Encodable {
    let get: Operation

    init(_ route: DescribedRoute) { get = Operation(route) }
  }

  private struct Operation: Encodable {
    let summary: String
    let parameters: [Parameter]
    let responses: [String: Answer]

    init(_ route: DescribedRoute) {
      summary = route.summary
      parameters = route.parameters.map(Parameter.init)
      var responses = ["200": Answer(description: "The answer.", types: route.contentTypes)]
      var errors = route.errors
      errors[401] = "The collector asks for a token."
      if !route.parameters.isEmpty { errors[400] = "A parameter is wrong, or none of this route's." }
      if errors[503] == nil { errors[503] = "Too many questions at once, or one that took too long." }
      for (status, reason) in errors {
        responses[String(status)] = Answer(description: reason, types: ["application/json"])
      }
      self.responses = responses
    }
  }

  private struct Answer: Encodable {
    let description: String
    let content: [String: [String: String]]

    init(description: String, types: [String]) {
      self.description = description
      content = Dictionary(types.map { ($0, [:]) }) { first, _ in first }
    }
  }

  private struct Parameter: Encodable {
    let name: String
    let `in`: String
    let required: Bool
    let description: String
    let schema: Schema

    init(_ parameter: DescribedParameter) {
      name = parameter.name
      `in` = parameter.place.rawValue
      required = parameter.isRequired
      description = parameter.purpose
      schema = Schema(parameter.kind)
    }
  }

  private final class Schema: Encodable {
    let type: String
    var format: String?
    var minimum: Int?
    var `enum`: [String]?
    var items: Schema?

    init(_ kind: DescribedParameter.Kind) {
      switch kind {
      case .text: type = "string"
      case .count: (type, minimum) = ("integer", 1)
      case .number: (type, minimum) = ("integer", 0)
      case .moment: (type, format, minimum) = ("integer", "uint64", 0)
      case .flag: type = "boolean"
      case .oneOf(let values): (type, `enum`) = ("string", values)
      case .texts: (type, items) = ("array", Schema(.text))
      }
    }
  }
}

extension DescribedRoute {
  /// The routes as lines for people.
  static func index(_ routes: [DescribedRoute]) -> String {
    let lines = routes.map { route in
      let names = route.parameters.filter { $0.place == .query }.map(\.name)
      return "GET \(route.path)\(names.isEmpty ? "" : "?" + names.joined(separator: "&"))\n    \(route.summary).\n"
    }
    return """
      Spoor's own routes; as OpenAPI at \(prefix)/openapi.json. Jaeger's, Tempo's, Zipkin's and Prometheus's are at the \
      paths that their clients ask for.

      \(lines.joined())
      """
  }
}
