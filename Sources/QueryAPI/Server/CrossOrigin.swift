import HTTPTypes
import Hummingbird

/// What answers say to browsers about pages of other origins (https://fetch.spec.whatwg.org/#http-cors-protocol).
///
/// Nothing here listens to cookies, so credentials are never allowed; a token goes in `Authorization`.
struct CrossOrigin: Sendable {
  let allows: @Sendable (String) -> Bool

  private static let methods = "GET, HEAD, POST"
  private static let exposed = "Retry-After, Spoor-Cursor, Spoor-Partial"
  /// Seconds for which a browser need not ask again.
  private static let maxAge = "86400"
  private static let requestedByteCountMax = 1024

  /// The answer to a browser that asks whether a page's request would be allowed; nil for any other request.
  func preflight(_ request: Request) throws(APIError) -> Response? {
    guard request.method == .options, let origin = request.headers[.origin],
      request.headers[.accessControlRequestMethod] != nil
    else { return nil }
    guard allows(origin) else {
      throw APIError(.forbidden, "pages of this origin may not ask here; name it with --api-cors-origin")
    }
    var headers: HTTPFields = [.accessControlAllowMethods: Self.methods, .accessControlMaxAge: Self.maxAge]
    if let names = request.headers[.accessControlRequestHeaders], Self.isNameList(names) {
      headers[.accessControlAllowHeaders] = names
    }
    return Response(status: .noContent, headers: headers)
  }

  /// Adds to every answer what the page that asked has to know.
  func mark(_ response: inout Response, to request: Request) {
    guard let origin = request.headers[.origin] else { return }
    response.headers.append(HTTPField(name: .vary, value: "Origin"))
    guard allows(origin) else { return }
    response.headers[.accessControlAllowOrigin] = origin
    response.headers[.accessControlExposeHeaders] = Self.exposed
  }

  /// Names of headers that are sent back are few and short.
  private static func isNameList(_ text: String) -> Bool {
    text.utf8.count <= requestedByteCountMax
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ","),
          UInt8(ascii: " "):
          true
        default: false
        }
      }
  }
}
