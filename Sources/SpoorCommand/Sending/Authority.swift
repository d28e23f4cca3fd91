/// A host and a port, as in a URL: `127.0.0.1:4318`, `[::1]:4318`, `collector.example:4318`; or the path of a Unix
/// socket: `unix:/run/spoor.sock`.
struct Authority: Hashable, Sendable {
  /// A name or an address; an IPv6 address without brackets.
  var host: String
  /// 1 to 65,535.
  var port: Int
  /// Then `host` and `port` mean nothing.
  var unixPath: String?

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init(unixPath: String) {
    host = ""
    port = 0
    self.unixPath = unixPath
  }

  /// Reads `unix:PATH`; nothing for any other text.
  init?(parsingUnixPath text: some StringProtocol) {
    guard text.hasPrefix("unix:"), text.utf8.count > "unix:".utf8.count, !text.utf8.contains(0) else { return nil }
    self.init(unixPath: String(text.dropFirst("unix:".count)))
  }

  /// Nothing unless both a host and a port are there.
  init?(parsing text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = Int(digits), (1...65_535).contains(port) else {
      return nil
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 32 && $0 != 127 && !"/?#@[]%\\".utf8.contains($0) }) else {
      return nil
    }
    self.init(host: String(host), port: port)
  }
}

extension Authority: CustomStringConvertible {
  var description: String {
    if let unixPath { return "unix:\(unixPath)" }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
