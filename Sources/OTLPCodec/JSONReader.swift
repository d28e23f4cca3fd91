/// Reads JSON (https://www.rfc-editor.org/rfc/rfc8259) one value after another, from bytes that may be anything. Keeps
/// nothing but what it is asked for, so memory does not grow with what is skipped.
struct JSONReader {
  private let bytes: [UInt8]
  /// Where the next value begins, or white space before it.
  var offset = 0
  private var depth = 0
  /// Strings that were not UTF-8 or held half a surrogate pair, and now hold U+FFFD.
  private(set) var repairedStrings = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool {
    mutating get {
      skipWhitespace()
      return offset == bytes.count
    }
  }

  func malformed(_ what: String) -> DecodeError { .malformed(at: min(offset, bytes.count), what) }

  /// Whether the next value is null, which is then read.
  mutating func null() throws(DecodeError) -> Bool {
    guard next() == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  /// How far an object or array has been read.
  struct Progress {
    fileprivate let close: Unicode.Scalar
    fileprivate var isFirst = true
    fileprivate var isDone = false
  }

  /// Begins an object, for `nextMember` to go on. Null is an object of no members.
  mutating func object() throws(DecodeError) -> Progress { try enter("{", "}") }

  /// The name of the next member, whose value must then be read; nothing at the object's end, which is then read.
  mutating func nextMember(_ object: inout Progress) throws(DecodeError) -> String? {
    guard try nextPart(&object) else { return nil }
    let name = try string()
    guard take(":") else { throw malformed("':' expected") }
    return name
  }

  /// Begins an array, for `nextElement` to go on. Null is an array of no elements.
  mutating func array() throws(DecodeError) -> Progress { try enter("[", "]") }

  /// Whether there is one more element, which must then be read; if not, the array's end is read.
  mutating func nextElement(_ array: inout Progress) throws(DecodeError) -> Bool { try nextPart(&array) }

  /// Reads whatever comes next and keeps nothing.
  mutating func skip() throws(DecodeError) {
    switch next() {
    case UInt8(ascii: "{"):
      var object = try object()
      while try nextPart(&object) {
        try skipString()
        guard take(":") else { throw malformed("':' expected") }
        try skip()
      }
    case UInt8(ascii: "["):
      var array = try array()
      while try nextPart(&array) { try skip() }
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
  }

  mutating func bool() throws(DecodeError) -> Bool {
    switch next() {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default: throw malformed("true or false expected")
    }
  }

  /// An integer that `Number` can hold, as a number or a string.
  mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(DecodeError) -> Number {
    let start = offset
    let text = next() == UInt8(ascii: "\"") ? try string() : try number()
    if let number = Number(text) { return number }
    // 1.0 and 1e9 are integers in JSON too.
    if Self.isNumber(text.utf8), let number = Double(text), let number = Number(exactly: number) { return number }
    offset = start
    throw malformed("an integer of \(Number.bitWidth) bits expected")
  }

  /// A number, or one in a string, or the words that protobuf's JSON has for those JSON lacks.
  mutating func double() throws(DecodeError) -> Double {
    let start = offset
    let text = next() == UInt8(ascii: "\"") ? try string() : try number()
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default:
      if Self.isNumber(text.utf8), let number = Double(text) { return number }
      offset = start
      throw malformed("a number expected")
    }
  }
}

// MARK: - Strings

extension JSONReader {
  var isAtString: Bool { mutating get { next() == UInt8(ascii: "\"") } }

  mutating func string() throws(DecodeError) -> String {
    let range = try skipString()
    var needsRepair = false
    let content = bytes[range].contains(UInt8(ascii: "\\")) ? unescaped(bytes[range], &needsRepair)[...] : bytes[range]
    if let text = String(validating: content, as: UTF8.self) {
      if needsRepair { repairedStrings += 1 }
      return text
    }
    repairedStrings += 1
    return String(decoding: content, as: UTF8.self)
  }

  /// What stands between the quotes, whose escapes are all complete.
  @discardableResult
  private mutating func skipString() throws(DecodeError) -> Range<Int> {
    guard take("\"") else { throw malformed("a string expected") }
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return start..<offset - 1
      case UInt8(ascii: "\\"): try skipEscape()
      case 0..<0x20: throw malformed("a control character in a string")
      default: offset += 1
      }
    }
    throw malformed("a string without an end")
  }

  private mutating func skipEscape() throws(DecodeError) {
    guard offset + 1 < bytes.count else { throw malformed("a string without an end") }
    switch bytes[offset + 1] {
    case UInt8(ascii: "u"):
      guard offset + 6 <= bytes.count, UInt64(hexDigits: bytes[offset + 2..<offset + 6]) != nil else {
        throw malformed("four hexadecimal digits expected")
      }
      offset += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 2
    default: throw malformed("an unknown escape")
    }
  }

  private func unescaped(_ content: ArraySlice<UInt8>, _ needsRepair: inout Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var rest = content
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch escape {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0c)
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        let scalar = scalar(takenFrom: &rest)
        if scalar == nil { needsRepair = true }
        result.append(contentsOf: Character(scalar ?? "\u{fffd}").utf8)
      default: result.append(escape)
      }
    }
    return result
  }

  /// The scalar whose escape begins in front of `rest`; nothing for half of a surrogate pair.
  private func scalar(takenFrom rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    let first = UInt32(truncatingIfNeeded: UInt64(hexDigits: rest.prefix(4)) ?? 0)
    rest = rest.dropFirst(4)
    guard (0xd800..<0xdc00).contains(first) else { return Unicode.Scalar(first) }
    guard rest.starts(with: "\\u".utf8) else { return nil }
    let second = UInt32(truncatingIfNeeded: UInt64(hexDigits: rest.dropFirst(2).prefix(4)) ?? 0)
    guard (0xdc00..<0xe000).contains(second) else { return nil }
    rest = rest.dropFirst(6)
    return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
  }
}

// MARK: - Tokens

extension JSONReader {
  /// The next byte that is not white space, unread.
  private mutating func next() -> UInt8? {
    skipWhitespace()
    return offset < bytes.count ? bytes[offset] : nil
  }

  private mutating func skipWhitespace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x09, 0x0a, 0x0d: offset += 1
      default: return
      }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func enter(_ open: Unicode.Scalar, _ close: Unicode.Scalar) throws(DecodeError) -> Progress {
    if try null() { return Progress(close: close, isDone: true) }
    guard take(open) else { throw malformed("'\(open)' expected") }
    guard depth < RequestLimits.jsonDepthMax else { throw .tooDeep(at: offset) }
    depth += 1
    return Progress(close: close)
  }

  private mutating func nextPart(_ progress: inout Progress) throws(DecodeError) -> Bool {
    if progress.isDone { return false }
    if take(progress.close) {
      progress.isDone = true
      depth -= 1
      return false
    }
    guard progress.isFirst || take(",") else { throw malformed("',' or '\(progress.close)' expected") }
    progress.isFirst = false
    return true
  }

  private mutating func word(_ word: StaticString) throws(DecodeError) {
    let letters = Array("\(word)".utf8)
    guard bytes[offset...].starts(with: letters) else { throw malformed("\(word) expected") }
    offset += letters.count
  }

  private mutating func number() throws(DecodeError) -> String {
    skipWhitespace()
    let text = bytes[offset...].prefix { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard Self.isNumber(text) else { throw malformed("a value expected") }
    offset = text.endIndex
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether the text follows JSON's grammar of numbers.
  private static func isNumber(_ text: some Collection<UInt8>) -> Bool {
    var rest = text[...]
    func takeDigits() -> Int {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadsWithZero = rest.first == UInt8(ascii: "0")
    let integerDigits = takeDigits()
    guard integerDigits == 1 || integerDigits > 1 && !leadsWithZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
