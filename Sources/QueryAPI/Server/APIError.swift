import HTTPTypes
import Hummingbird

/// An error as Spoor's own routes answer it: a status and `{"error": "…"}`.
struct APIError: Error, HTTPResponseError {
  let status: HTTPResponse.Status
  let message: String
  /// Whether the answer might be another one if everything in the ring could be read.
  let isPartial: Bool
  /// What the status asks for beside it: `Allow`, `WWW-Authenticate`.
  let headers: HTTPFields

  init(_ status: HTTPResponse.Status, _ message: String, isPartial: Bool = false, headers: HTTPFields = [:]) {
    self.status = status
    self.message = message
    self.isPartial = isPartial
    self.headers = headers
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    try ownResponse
  }

  /// As Spoor's own routes say it.
  var ownResponse: Response {
    get throws {
      var response = try Response(json: ["error": message])
      response.status = status
      mark(&response)
      return response
    }
  }

  /// Adds what goes with the status whatever the body's shape is.
  func mark(_ response: inout Response) {
    if status == .serviceUnavailable { response.headers[.retryAfter] = "1" }
    if isPartial { response.headers[.spoorPartial] = "true" }
    for field in headers { response.headers[field.name] = field.value }
  }
}
