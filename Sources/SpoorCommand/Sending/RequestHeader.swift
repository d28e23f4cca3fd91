import ArgumentParser

/// A header of a request over HTTP, as people write it: `NAME=VALUE`.
struct RequestHeader: Hashable, Sendable {
  var name: String
  var value: String

  /// Nothing unless the name is a token of HTTP's (RFC 9110, 5.6.2) and the value visible ASCII, spaces and tabs: a line
  /// end would begin another header.
  init?(name: some StringProtocol, value: some StringProtocol) {
    let isTokenByte: (UInt8) -> Bool = { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }
    guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte),
      value.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x09 })
    else { return nil }
    self.name = String(name)
    self.value = String(value)
  }
}

extension RequestHeader: ExpressibleByArgument {
  init?(argument: String) {
    guard let mark = argument.firstIndex(of: "=") else { return nil }
    self.init(name: argument[..<mark], value: argument[argument.index(after: mark)...])
  }
}
