import Hummingbird

/// Answers what a door's routes throw in the shape that its API's clients read.
struct ErrorShape: RouterMiddleware {
  /// Whatever is wrong, and how it is said: the status stays the error's own.
  let body: @Sendable (APIError) throws -> Response

  func handle(
    _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as APIError {
      return try answer(error)
    } catch let error as HTTPError {
      // Of the server's own parts, such as a body that is too long.
      return try answer(APIError(error.status, error.body ?? error.status.reasonPhrase))
    }
  }

  func answer(_ error: APIError) throws -> Response {
    var response = try body(error)
    response.status = error.status
    error.mark(&response)
    return response
  }
}
