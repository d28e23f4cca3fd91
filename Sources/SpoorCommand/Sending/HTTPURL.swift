/// `http://HOST:PORT/PATH?QUERY`, the only form that Spoor itself asks.
struct HTTPURL: Hashable, Sendable {
  var authority: Authority
  /// Path and query as they go over the wire, `/` at least.
  var target: String

  init(parsing text: String) throws(SendingError) {
    let scheme = "http://"
    guard text.prefix(scheme.count).lowercased() == scheme else { throw .invalidURL(text) }
    let rest = text.dropFirst(scheme.count)
    let pathStart = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let authority = Authority(parsing: rest[..<pathStart]) else { throw .invalidURL(text) }
    let path = rest[pathStart...]
    // Anything else would be a second header line, or something that the server reads as another URL.
    guard path.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "#") }) else { throw .invalidURL(text) }
    self.authority = authority
    target = path.hasPrefix("/") ? String(path) : "/\(path)"
  }
}
