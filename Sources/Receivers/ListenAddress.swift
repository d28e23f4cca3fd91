/// Where a receiver listens.
package struct ListenAddress: Hashable, Sendable {
  /// A name or an IP address, IPv6 without brackets; empty for every interface.
  package var host: String
  /// 0 for any free port.
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

extension ListenAddress {
  /// Reads `HOST:PORT`, `[::1]:4317` or `:4318`; nothing for any other text.
  package init?(parsing text: some StringProtocol) {
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
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
