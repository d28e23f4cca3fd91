import Hummingbird

/// An error as Spoor's own routes answer it: a status and `{"error": "…"}`.
struct APIError: Error, HTTPResponseError {
  let status: HTTPResponse.Status
  let message: String

  init(_ status: HTTPResponse.Status, _ message: String) {
    self.status = status
    self.message = message
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    var response = try Response(json: ["error": message])
    response.status = status
    if status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
    return response
  }
}
