/// `http://HOST:PORT/PATH?QUERY` or the same with `https`, the only forms that Spoor itself asks.
struct HTTPURL: Hashable, Sendable {
  var authority: Authority
  /// Whether it is `https`.
  var isEncrypted: Bool
  /// Path and query as they go over the wire, `/` at least.
  var target: String

  init(parsing text: String) throws(SendingError) {
    let schemes = ["http://", "https://"]
    guard let scheme = schemes.first(where: { text.prefix($0.count).lowercased() == $0 }) else {
      throw .invalidURL(text)
    }
    let rest = text.dropFirst(scheme.count)
    let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let authority = Authority(parsing: rest[..<pathStart]) else { throw .invalidURL(text) }
    let path = rest[pathStart...]
    // Anything else would be a second header line, or something that the server reads as another URL.
    guard path.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }) else { throw .invalidURL(text) }
    self.authority = authority
    isEncrypted = scheme == "https://"
    target = path.hasPrefix("/") ? String(path) : "/\(path)"
  }
}
