/// Where web pages come from that may send: `https://shop.example`, `http://localhost:3000`, or `*` for all of them.
package enum CORSOrigin: Hashable, Sendable {
  case any
  /// As browsers write it in `Origin`.
  case exactly(String)

  /// Reads what people type. A slash at the end and the scheme's own port say nothing; nil for what is no origin.
  package init?(parsing text: String) {
    if text == "*" {
      self = .any
      return
    }
    let text = text.lowercased()
    guard let mark = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<mark.lowerBound]
    var authority = text[mark.upperBound...]
    if authority.hasSuffix("/") { authority = authority.dropLast() }
    let isPlain = authority.utf8.allSatisfy { ("!"..."~").contains(Unicode.Scalar($0)) && !"/?#@,*".utf8.contains($0) }
    guard scheme.first?.isLetter == true, scheme.utf8.allSatisfy({ Self.isSchemeByte($0) }), isPlain,
      !authority.isEmpty
    else { return nil }
    switch scheme {
    case "http" where authority.hasSuffix(":80"): authority = authority.dropLast(3)
    case "https" where authority.hasSuffix(":443"): authority = authority.dropLast(4)
    default: break
    }
    self = .exactly(scheme + "://" + authority)
  }

  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}

extension CORSOrigin: CustomStringConvertible {
  package var description: String {
    switch self {
    case .any: "*"
    case .exactly(let origin): origin
    }
  }
}
