import NIOHTTP1

/// What one answer says to a browser about the page that asked.
struct CORSGrant: Hashable {
  /// The page's origin, if a browser sent the request.
  var origin: String?
  /// What stands in `Access-Control-Allow-Origin`; nil for an origin that may not.
  var allowedOrigin: String?
  /// Whether the request only asks whether another would be allowed.
  var isPreflight: Bool
  /// The names of the headers that the other request would have.
  var requestedHeaders: String?

  func add(to headers: inout HTTPHeaders, hasRetryAfter: Bool) {
    headers.add(name: "Vary", value: "Origin")
    guard let allowedOrigin else { return }
    headers.add(name: "Access-Control-Allow-Origin", value: allowedOrigin)
    headers.add(name: "Access-Control-Allow-Credentials", value: "true")
    if isPreflight {
      headers.add(name: "Access-Control-Allow-Methods", value: "POST")
      if let requestedHeaders, Self.isNameList(requestedHeaders) {
        headers.add(name: "Access-Control-Allow-Headers", value: requestedHeaders)
      }
      headers.add(name: "Access-Control-Max-Age", value: String(Self.maxAge))
    } else if hasRetryAfter {
      headers.add(name: "Access-Control-Expose-Headers", value: "Retry-After")
    }
  }

  /// Seconds for which a browser need not ask again; none remembers it for longer than a day.
  private static let maxAge = 86_400

  /// Names of headers that are sent back are few and short: 1 KiB. Without them the browser does not send.
  private static let requestedHeadersByteCountMax = 1024

  private static func isNameList(_ text: String) -> Bool {
    text.utf8.count <= requestedHeadersByteCountMax
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
