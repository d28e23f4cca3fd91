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
      var response = try body(error)
      response.status = error.status
      if error.status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
      return response
    }
  }
}
