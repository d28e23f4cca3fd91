import TraceModel

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
    while let scalar = rest.first, scalar.properties.isWhitespace { skip() }
    let start = position
    guard let scalar = rest.first else { return (.end, start) }
    switch scalar {
    case "\"": return (.string(try quoted()), start)
    case "`": return (.string(try raw()), start)
    case "0"..."9": return (try number(), start)
    case "-" where rest.dropFirst().first.map({ ("0"..."9").contains($0) }) == true: return (try number(), start)
    case _ where Self.signs.contains(scalar): return (.sign(sign()), start)
    default: return (try word(), start)
    }
  }

  private static let signs = Set("{}()=!<>&|^,+*%~-/".unicodeScalars)
  /// What ends a word. Attributes may have dashes and slashes inside.
  private static let ends = Set("{}()=!<>&|^,+*%~\"`".unicodeScalars)
  private static let longSigns = [
    "!>>", "!<<", "&>>", "&<<", "&&", "||", "!=", "<=", ">=", "=~", "!~", ">>", "<<", "!>", "!<", "&>", "&<", "&~",
  ]

  /// Whether a key can be written without quotes.
  static func isPlainKey(_ key: String) -> Bool {
    guard let first = key.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
    return key.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && !ends.contains($0) }
  }

  private mutating func skip() {
    rest.removeFirst()
    position += 1
  }

  private mutating func skip(_ count: Int) { for _ in 0..<count { skip() } }

  private mutating func sign() -> String {
    let sign = Self.longSigns.first { rest.starts(with: $0.unicodeScalars) } ?? String(rest.prefix(1))
    skip(sign.unicodeScalars.count)
    return sign
  }

  private mutating func word() throws(TraceQLError) -> TraceQLToken {
    var text = ""
    /// Where the key begins, behind the first dot that stands outside of quotes.
    var scope: String?
    while let scalar = rest.first {
      if scalar == "\"", scope != nil {
        text += try quoted()
        continue
      }
      if scalar.properties.isWhitespace || Self.ends.contains(scalar) { break }
      skip()
      if scalar == ".", scope == nil {
        scope = text
        text = ""
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    guard let scope else { return .word(text) }
    return .attribute(scope: scope, key: text)
  }

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

  private mutating func escaped() throws(TraceQLError) -> Unicode.Scalar {
    let known: [Unicode.Scalar: Unicode.Scalar] = ["\"": "\"", "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "/": "/"]
    guard let letter = rest.first, let scalar = known[letter] else {
      throw TraceQLError(at: position - 1, "expected \\\", \\\\, \\n, \\r or \\t; a text in `…` has no such escapes")
    }
    skip()
    return scalar
  }

  private mutating func raw() throws(TraceQLError) -> String {
    let start = position
    skip()
    let text = String(rest.prefix { $0 != "`" })
    skip(text.unicodeScalars.count)
    guard rest.first == "`" else {
      throw TraceQLError(at: start, "the text that begins here does not end: it needs a closing `")
    }
    skip()
    return text
  }

  /// A number, or one with a unit, or several of these: a duration.
  private mutating func number() throws(TraceQLError) -> TraceQLToken {
    let start = position
    let text = String(rest.prefix { !$0.properties.isWhitespace && ($0 == "-" || !Self.ends.contains($0)) })
    skip(text.unicodeScalars.count)
    if let number = Int64(text) { return .int(number) }
    if let duration = Self.duration(text) { return .duration(duration) }
    if text.unicodeScalars.allSatisfy({ "0123456789.eE+-".unicodeScalars.contains($0) }), let number = Double(text),
      number.isFinite
    {
      return .double(number)
    }
    throw TraceQLError(at: start, "\"\(text)\" is neither a number nor a duration such as 100ms, 1.5s or 1h30m")
  }

  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  private static func duration(_ text: String) -> TraceModel.Duration? {
    var rest = text[...]
    var total: UInt64 = 0
    repeat {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let number = Double(digits), let unit = units.first(where: { $0.name == letters }),
        let part = UInt64(exactly: (number * unit.nanoseconds).rounded())
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      if overflow { return nil }
      total = sum
    } while !rest.isEmpty
    return Duration(nanoseconds: total)
  }
}
