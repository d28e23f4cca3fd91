import Hummingbird

/// Answers `GET /api/traces/{id}`, where Tempo's API v1 and Jaeger's have the same path, as Tempo does for who asks for
/// protobuf, which Jaeger's clients never do.
struct TempoByAccept: RouterMiddleware {
  let tempo: TempoRoutes

  func handle(
    _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    let parts = request.uri.path.split(separator: "/")
    guard parts.count == 3, parts[0] == "api", parts[1] == "traces", TempoTrace.wantsProtobuf(request) else {
      return try await next(request, context)
    }
    do {
      return try await tempo.trace(String(parts[2]), TempoParameters(request)) { $0.v1(asProtobuf: true) }
    } catch let error as APIError {
      return try TempoRoutes.errors.answer(error)
    }
  }
}
