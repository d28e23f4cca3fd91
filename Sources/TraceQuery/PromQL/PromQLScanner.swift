import TraceModel

/// Cuts a text into the words of PromQL.
struct PromQLScanner {
  private let text: [Unicode.Scalar]
  private var place = 0

  init(_ text: String) {
    self.text = Array(text.unicodeScalars)
  }

  /// Of the next character, from 1.
  var position: Int { place + 1 }

  /// The next word and where it begins.
  mutating func next() throws(PromQLError) -> (token: PromQLToken, position: Int) {
    skipBlanks()
    let start = position
    guard let scalar = peek() else { return (.end, start) }
    switch scalar {
    case "\"", "'": return (.string(try quoted(until: scalar)), start)
    case "`": return (.string(try raw()), start)
    case "0"..."9": return (try number(), start)
    case "." where peek(1).map(Self.isDigit) == true: return (try number(), start)
    case _ where Self.isLetter(scalar): return (.word(word()), start)
    default:
      let sign = Self.longSigns.first { starts(with: $0) } ?? String(scalar)
      guard Self.signs.contains(sign) else { throw PromQLError(at: start, "unexpected character \"\(scalar)\"") }
      place += sign.unicodeScalars.count
      return (.sign(sign), start)
    }
  }

  private static let longSigns = ["==", "!=", "<=", ">=", "=~", "!~"]
  private static let signs = Set(
    longSigns + ["{", "}", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%", "^", "<", ">", "=", "@", ":"])

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    place + ahead < text.count ? text[place + ahead] : nil
  }

  private func starts(with sign: String) -> Bool { text[place...].starts(with: sign.unicodeScalars) }

  private mutating func skipBlanks() {
    while let scalar = peek() {
      if scalar == "#" {
        while let next = peek(), next != "\n" { place += 1 }
      } else if scalar.properties.isWhitespace {
        place += 1
      } else {
        return
      }
    }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { "0"..."9" ~= scalar }
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    "a"..."z" ~= scalar || "A"..."Z" ~= scalar || scalar == "_" || scalar == ":"
  }

  private mutating func take(while isWanted: (Unicode.Scalar) -> Bool) -> String {
    var taken = String.UnicodeScalarView()
    while let scalar = peek(), isWanted(scalar) {
      taken.append(scalar)
      place += 1
    }
    return String(taken)
  }

  /// A colon belongs to names, but at the front only if a letter follows.
  private mutating func word() -> String {
    if peek() == ":" && peek(1).map(Self.isLetter) != true {
      place += 1
      return ":"
    }
    return take { Self.isLetter($0) || Self.isDigit($0) }
  }

  // MARK: Numbers

  private mutating func number() throws(PromQLError) -> PromQLToken {
    let start = position
    var written = take { Self.isDigit($0) || $0 == "." || ("a"..."z" ~= $0) || ("A"..."Z" ~= $0) }
    let isHex = written.hasPrefix("0x") || written.hasPrefix("0X")
    if !isHex, written.last == "e" || written.last == "E", peek() == "+" || peek() == "-" {
      written.unicodeScalars.append(text[place])
      place += 1
      written += take(while: Self.isDigit)
    }
    if isHex, let value = UInt64(written.dropFirst(2), radix: 16) { return .number(Double(value)) }
    if let duration = Self.duration(written) { return .duration(duration) }
    if written.unicodeScalars.allSatisfy({ Self.isDigit($0) || ".eE+-".unicodeScalars.contains($0) }),
      let value = Double(written.hasPrefix(".") ? "0" + written : written)
    {
      return .number(value)
    }
    throw PromQLError(at: start, "\"\(written)\" is neither a number nor a duration such as 5m, 1h30m or 3600s")
  }

  private static let units: [(name: String, nanoseconds: UInt64)] = [
    ("y", 365 * 86_400_000_000_000), ("w", 7 * 86_400_000_000_000), ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
  ]

  /// Whole numbers with units, each unit once and from the longest to the shortest.
  static func duration(_ text: String) -> TraceModel.Duration? {
    var (rest, total, allowed) = (text[...], UInt64(0), units[...])
    repeat {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let number = UInt64(digits), let place = allowed.firstIndex(where: { $0.name == letters }) else {
        return nil
      }
      let (product, isOver) = number.multipliedReportingOverflow(by: allowed[place].nanoseconds)
      let (sum, isSumOver) = total.addingReportingOverflow(product)
      if isOver || isSumOver { return nil }
      (total, allowed) = (sum, allowed[(place + 1)...])
    } while !rest.isEmpty
    return Duration(nanoseconds: total)
  }

  // MARK: Texts

  private mutating func raw() throws(PromQLError) -> String {
    let start = position
    place += 1
    let written = take { $0 != "`" }
    guard peek() != nil else { throw PromQLError(at: start, "the text that begins here does not end: it needs a `") }
    place += 1
    return written
  }

  private mutating func quoted(until quote: Unicode.Scalar) throws(PromQLError) -> String {
    let start = position
    place += 1
    var written = String.UnicodeScalarView()
    while let scalar = peek() {
      place += 1
      switch scalar {
      case quote: return String(written)
      case "\\": written.append(try escaped())
      default: written.append(scalar)
      }
    }
    throw PromQLError(at: start, "the text that begins here does not end: it needs a \(quote)")
  }

  private mutating func escaped() throws(PromQLError) -> Unicode.Scalar {
    let known: [Unicode.Scalar: Unicode.Scalar] = [
      "\"": "\"", "'": "'", "\\": "\\", "n": "\n", "t": "\t", "r": "\r", "a": "\u{7}", "b": "\u{8}", "f": "\u{c}",
      "v": "\u{b}",
    ]
    let start = position
    guard let letter = peek() else { throw PromQLError(at: start, "expected an escape such as \\n") }
    place += 1
    if let scalar = known[letter] { return scalar }
    let lengths: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
    if let length = lengths[letter], place + length <= text.count {
      var digits = String.UnicodeScalarView()
      digits.append(contentsOf: text[place..<place + length])
      if let value = UInt32(String(digits), radix: 16), let scalar = Unicode.Scalar(value) {
        place += length
        return scalar
      }
    }
    throw PromQLError(
      at: start, "\"\\\(letter)\" is no escape of a text; write \\\\ for a backslash, or the text between ` and `")
  }
}

extension TraceModel.Duration {
  /// As PromQL writes it: `5m`, `1h30m`. Nil for anything else.
  package init?(promQL text: String) {
    guard let duration = PromQLScanner.duration(text) else { return nil }
    self = duration
  }
}
