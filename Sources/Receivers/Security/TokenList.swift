/// Bearer tokens that open a listener: https://www.rfc-editor.org/rfc/rfc6750#section-2.1.
struct TokenList: Sendable {
  private let tokens: [[UInt8]]

  /// Reads one token a line. Spaces around it, empty lines and lines that begin with `#` say nothing.
  ///
  /// - Throws: the number of the line that holds something else, or that there is no token at all. Never what a line
  ///   says.
  init(parsing text: [UInt8]) throws(Problem) {
    var tokens: [[UInt8]] = []
    for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let token = Self.trimmed(line)
      guard let first = token.first, first != UInt8(ascii: "#") else { continue }
      guard token.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .noToken(line: index + 1) }
      guard tokens.count < ReceiverLimits.tokensMax else { throw .tooMany }
      tokens.append(Array(token))
    }
    guard !tokens.isEmpty else { throw .empty }
    self.tokens = tokens
  }

  enum Problem: Error, Equatable {
    case noToken(line: Int)
    case tooMany
    case empty
  }

  /// Whether an `Authorization` header brings one of the tokens. How long that takes depends on the header's length and
  /// the number of tokens, not on how much of a token is right.
  func admits(authorization: String) -> Bool {
    let header = Array(authorization.utf8)
    let scheme = Array("bearer ".utf8)
    guard header.count > scheme.count, zip(header, scheme).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { return false }
    let presented = Self.trimmed(header[scheme.count...])
    guard !presented.isEmpty else { return false }
    var isKnown = false
    for token in tokens where Self.isEqual(Array(presented), token) { isKnown = true }
    return isKnown
  }

  /// Goes over the whole of `presented`, whatever it holds.
  private static func isEqual(_ presented: [UInt8], _ token: [UInt8]) -> Bool {
    var difference = presented.count ^ token.count
    var position = 0
    for byte in presented {
      difference |= Int(byte ^ token[position])
      position += 1
      if position == token.count { position = 0 }
    }
    return difference == 0
  }

  private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
    guard let last = line.lastIndex(where: { !isSpace($0) }) else { return [] }
    return line[...last].drop(while: isSpace)
  }
}

extension TokenList.Problem: CustomStringConvertible {
  var description: String {
    switch self {
    case .noToken(let line): "line \(line) is no token: visible ASCII without spaces, one token a line"
    case .tooMany: "it holds more than \(ReceiverLimits.tokensMax) tokens"
    case .empty: "it holds no token, so nobody could send"
    }
  }
}
