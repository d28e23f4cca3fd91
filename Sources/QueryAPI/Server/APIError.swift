import Hummingbird

/// An error as Spoor's own routes answer it: a status and `{"error": "…"}`.
struct APIError: Error, HTTPResponseError {
  let status: HTTPResponse.Status
  let message: String
  /// Whether the answer might be another one if everything in the ring could be read.
  let isPartial: Bool

  init(_ status: HTTPResponse.Status, _ message: String, isPartial: Bool = false) {
    self.status = status
    self.message = message
    self.isPartial = isPartial
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    var response = try Response(json: ["error": message])
    response.status = status
    if status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
    if isPartial { response.headers[.spoorPartial] = "true" }
    return response
  }
}
