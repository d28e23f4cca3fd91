/// Cuts a text into the words of TraceQL.
struct TraceQLScanner {
  private var rest: Substring.UnicodeScalarView
  /// Of the next character, from 1.
  private(set) var position = 1

  init(_ text: String) {
    rest = text[...].unicodeScalars
  }

  /// The next word and where it begins.
  mutating func next() throws(TraceQLError) -> (token: TraceQLToken, position: Int) {
    try skipSpace()
    let start = position
    guard let scalar = rest.first else { return (.end, start) }
    switch scalar {
    case "\"": return (.string(try quoted()), start)
    case "`": return (.string(try raw()), start)
    case "'": throw TraceQLError(at: start, "a text stands in \"…\" or `…`, not in '…'")
    case "0"..."9": return (try number(), start)
    case ".":
      if let number = fraction() { return (number, start) }
      return (try attribute(scope: ""), start)
    case _ where Self.isOfWord(scalar): return (try word(), start)
    default: return (.sign(sign()), start)
    }
  }

  /// What ends an attribute's key, as in Tempo. It may have dashes, slashes and stars inside.
  private static let ends = Set("{}()=~!<>&|^,\"`".unicodeScalars)

  private static let longSigns = [
    "!>>", "!<<", "&>>", "&<<", "&&", "||", "!=", "<=", ">=", "=~", "!~", ">>", "<<", "!>", "!<", "&>", "&<", "&~",
    // Of other languages; the parser says what is meant.
    "==", "<>", "=>", "=<",
  ]

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
  }

  private static func isOfKey(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.properties.isWhitespace && !ends.contains(scalar)
  }

  /// Whether a key can be written without quotes.
  static func isPlainKey(_ key: String) -> Bool {
    guard let first = key.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return key.unicodeScalars.allSatisfy(isOfKey)
  }

  private mutating func skip() {
    rest.removeFirst()
    position += 1
  }

  private mutating func skip(_ count: Int) { for _ in 0..<count { skip() } }

  /// White space and comments: `// …` up to the line's end, and `/* … */`.
  private mutating func skipSpace() throws(TraceQLError) {
    while let scalar = rest.first {
      if scalar.properties.isWhitespace {
        skip()
      } else if rest.starts(with: "//".unicodeScalars) {
        while let scalar = rest.first, scalar != "\n" { skip() }
      } else if rest.starts(with: "/*".unicodeScalars) {
        let start = position
        skip(2)
        while !rest.isEmpty, !rest.starts(with: "*/".unicodeScalars) { skip() }
        guard !rest.isEmpty else { throw TraceQLError(at: start, "the comment that begins here needs a closing */") }
        skip(2)
      } else {
        return
      }
    }
  }

  private mutating func sign() -> String {
    let sign = Self.longSigns.first { rest.starts(with: $0.unicodeScalars) } ?? String(rest.prefix(1))
    skip(sign.unicodeScalars.count)
    return sign
  }

  // MARK: Words

  private mutating func take(_ isWanted: (Unicode.Scalar) -> Bool) -> String {
    let text = String(rest.prefix(while: isWanted))
    skip(text.unicodeScalars.count)
    return text
  }

  private mutating func word() throws(TraceQLError) -> TraceQLToken {
    // A colon as in span:name.
    let text = take { Self.isOfWord($0) || $0 == ":" }
    return rest.first == "." ? try attribute(scope: text) : .word(text)
  }

  /// From the dot on.
  private mutating func attribute(scope: String) throws(TraceQLError) -> TraceQLToken {
    skip()
    for inner in ["span", "resource"] where scope == "parent" && rest.starts(with: (inner + ".").unicodeScalars) {
      skip(inner.unicodeScalars.count)
      return try attribute(scope: "parent.\(inner)")
    }
    var key = ""
    while let scalar = rest.first {
      if scalar == "\"" {
        key += try quoted()
      } else if Self.isOfKey(scalar) {
        key.unicodeScalars.append(scalar)
        skip()
      } else {
        break
      }
    }
    return .attribute(scope: scope, key: key)
  }

  // MARK: Texts

  private mutating func quoted() throws(TraceQLError) -> String {
    let start = position
    skip()
    var text = String.UnicodeScalarView()
    while let scalar = rest.first {
      skip()
      switch scalar {
      case "\"": return String(text)
      case "\\": text.append(try escaped())
      default: text.append(scalar)
      }
    }
    throw TraceQLError(at: start, "the text that begins here does not end: it needs a closing \"")
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "\"": "\"", "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "/": "/",
  ]

  private mutating func escaped() throws(TraceQLError) -> Unicode.Scalar {
    if let letter = rest.first {
      if let scalar = Self.escapes[letter] {
        skip()
        return scalar
      }
      let digitCount = letter == "u" ? 4 : letter == "U" ? 8 : 0
      let digits = String(rest.dropFirst().prefix(digitCount))
      if digitCount > 0, digits.count == digitCount, digits.allSatisfy(\.isHexDigit),
        let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
      {
        skip(1 + digitCount)
        return scalar
      }
    }
    throw TraceQLError(
      at: position - 1,
      "expected \\\", \\\\, \\n, \\r, \\t or \\u00e9; a text in `…` has no such escapes, for example `\\d+`")
  }

  private mutating func raw() throws(TraceQLError) -> String {
    let start = position
    skip()
    let text = take { $0 != "`" }
    guard rest.first == "`" else {
      throw TraceQLError(at: start, "the text that begins here does not end: it needs a closing `")
    }
    skip()
    return text
  }

  // MARK: Numbers

  /// `.99`; nil where what follows the dot is a key.
  private mutating func fraction() -> TraceQLToken? {
    guard let digit = rest.dropFirst().first, ("0"..."9").contains(digit) else { return nil }
    let text = numberText()
    guard let token = Self.number("0" + text) else { return nil }
    skip(text.unicodeScalars.count)
    return token
  }

  /// A number, or one with a unit, or several of these: a duration.
  private mutating func number() throws(TraceQLError) -> TraceQLToken {
    let (start, text) = (position, numberText())
    skip(text.unicodeScalars.count)
    if let token = Self.number(text) { return token }
    throw TraceQLError(at: start, "\"\(text)\" is neither a number nor a duration such as 100ms, 1.5s or 1h30m")
  }

  /// What looks like one number from here on.
  private func numberText() -> String {
    var text = String.UnicodeScalarView()
    for scalar in rest {
      let isExponentSign = (scalar == "-" || scalar == "+") && (text.last == "e" || text.last == "E")
      guard isExponentSign || scalar == "." || Self.isOfWord(scalar) else { break }
      text.append(scalar)
    }
    return String(text)
  }

  private static func number(_ text: String) -> TraceQLToken? {
    if let number = UInt64(text) { return .int(number) }
    if let duration = duration(text) { return .duration(nanoseconds: duration) }
    guard text.unicodeScalars.allSatisfy({ "0123456789.eE+-".unicodeScalars.contains($0) }), let number = Double(text),
      number.isFinite
    else { return nil }
    return .double(number)
  }

  private static let units: [String: Int64] = [
    "ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
    "h": 3_600_000_000_000, "d": 86_400_000_000_000, "w": 604_800_000_000_000, "y": 31_536_000_000_000_000,
  ]

  private static func duration(_ text: String) -> Int64? {
    var rest = text[...]
    var total: Int64 = 0
    repeat {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let unit = units[String(letters)], let part = length(digits, unit) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      if overflow { return nil }
      total = sum
    } while !rest.isEmpty
    return total
  }

  private static func length(_ digits: Substring, _ unit: Int64) -> Int64? {
    if let number = Int64(digits) {
      let (length, overflow) = number.multipliedReportingOverflow(by: unit)
      return overflow ? nil : length
    }
    return Double(digits).flatMap { Int64(exactly: ($0 * Double(unit)).rounded()) }
  }
}
