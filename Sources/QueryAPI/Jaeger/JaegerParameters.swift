import Hummingbird

/// The parameters of a request as forms write them (https://url.spec.whatwg.org/#application/x-www-form-urlencoded):
/// what Go's and Python's clients send, in which `+` is a space.
struct JaegerParameters {
  private var values: [String: [String]] = [:]

  init(_ request: Request) throws(APIError) {
    let query = request.uri.query ?? ""
    let pairs = query.utf8.split(separator: UInt8(ascii: "&"), maxSplits: APILimits.jaegerParametersMax)
    guard pairs.count <= APILimits.jaegerParametersMax else {
      throw APIError(.badRequest, "more than \(APILimits.jaegerParametersMax) parameters")
    }
    for pair in pairs {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      values[Self.text(parts[0]), default: []].append(parts.count > 1 ? Self.text(parts[1]) : "")
    }
  }

  /// The first that is there and not empty, of one parameter under several names.
  subscript(names: String...) -> String? {
    for name in names { if let value = values[name]?.first, !value.isEmpty { return value } }
    return nil
  }

  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// With `%XX` and `+` as what they stand for; a percent sign without two digits stays as it is.
  static func text(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = true) -> String {
    var text: [UInt8] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        text.append(value)
        rest = rest.dropFirst(2)
      } else {
        text.append(byte == UInt8(ascii: "+") && plusIsSpace ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
