import Hummingbird

/// Refuses what a described route does not take: a misspelt parameter that nobody reads would give an answer to another
/// question.
struct KnownParameters: RouterMiddleware {
  private let names: [String: [String]]

  init(_ routes: [DescribedRoute]) {
    names = Dictionary(routes.map { ($0.path, $0.parameters.filter { $0.place == .query }.map(\.name)) }) { $1 }
  }

  func handle(
    _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let known = context.endpointPath.flatMap({ names[$0] }) else { return try await next(request, context) }
    for (name, _) in request.uri.queryParameters where !known.contains(String(name)) {
      let list = known.isEmpty ? "none" : known.joined(separator: ", ")
      throw APIError(.badRequest, "\(name.prefix(64)) is no parameter of this route, which takes \(list)")
    }
    return try await next(request, context)
  }
}
