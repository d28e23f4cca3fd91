/// Where a receiver listens: at a port of a host, or at a Unix socket for senders on this machine.
package struct ListenAddress: Hashable, Sendable {
  /// A name or an IP address, IPv6 without brackets; empty for every interface.
  package var host: String
  /// 0 for any free port.
  package var port: Int
  /// Where the socket's file stands; then `host` and `port` mean nothing. Nil for an IP address.
  package var unixPath: String?

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// - Parameter unixPath: not empty, without a zero byte; the system takes 107 bytes of UTF-8.
  package init(unixPath: String) {
    host = ""
    port = 0
    self.unixPath = unixPath
  }

  package var isUnix: Bool { unixPath != nil }
}

extension ListenAddress {
  /// Reads `HOST:PORT`, `[::1]:4317`, `:4318` or `unix:/path/of.sock`; nothing for any other text.
  package init?(parsing text: some StringProtocol) {
    if text.hasPrefix(Self.unixScheme) {
      self.init(parsingUnixPath: text.dropFirst(Self.unixScheme.count))
    } else {
      self.init(parsingHostAndPort: text)
    }
  }

  private static let unixScheme = "unix:"

  /// A URL's two slashes may stand before the path. A comma would part two addresses.
  private init?(parsingUnixPath text: some StringProtocol) {
    let path = text.hasPrefix("//") ? text.dropFirst(2) : text[...]
    guard !path.isEmpty, !path.utf8.contains(0), !path.utf8.contains(UInt8(ascii: ",")), !path.hasSuffix("/") else {
      return nil
    }
    self.init(unixPath: String(path))
  }

  private init?(parsingHostAndPort text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    let digits = text[text.index(after: colon)...].utf8
    guard (1...5).contains(digits.count), digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = Int(String(text[text.index(after: colon)...])), port <= 65_535
    else { return nil }
    var host = text[..<colon]
    let isBracketed = host.first == "[" && host.last == "]" && host.count > 2
    if isBracketed { host = host.dropFirst().dropLast() }
    // Without brackets, `::1:4317` could be an address alone as well as one with a port.
    guard host.contains(":") == isBracketed else { return nil }
    guard host.unicodeScalars.allSatisfy({ ("!"..."~").contains($0) && $0 != "[" && $0 != "]" && $0 != "/" }) else {
      return nil
    }
    self.init(host: String(host), port: port)
  }
}

extension ListenAddress: CustomStringConvertible {
  /// What `init(parsing:)` reads.
  package var description: String {
    if let unixPath { return Self.unixScheme + unixPath }
    return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
