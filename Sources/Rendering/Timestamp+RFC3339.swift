import TraceModel

extension Timestamp {
  /// Reads a date and time of RFC 3339 with at most nine fractional digits, `Z` or an offset
  /// (https://www.rfc-editor.org/rfc/rfc3339#section-5.6); nothing for other text, for times before 1970, and for those
  /// after 2554 that do not fit. A leap second reads as the second after it.
  package init?(rfc3339 text: String) {
    var rest = Array(text.utf8)[...]

    func number(_ digits: Int) -> UInt64? {
      guard rest.count >= digits else { return nil }
      var value: UInt64 = 0
      for byte in rest.prefix(digits) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
      }
      rest = rest.dropFirst(digits)
      return value
    }
    func skip(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }

    guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt "),
      let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
      year >= 1970, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var nanoseconds: UInt64 = 0
    if skip(".") {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
      guard (1...9).contains(digits), let fraction = number(digits) else { return nil }
      nanoseconds = (digits..<9).reduce(fraction) { value, _ in value * 10 }
    }
    var offsetSeconds: Int64 = 0
    if !skip("Zz") {
      let isEast = skip("+")
      guard isEast || skip("-"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
      else { return nil }
      offsetSeconds = Int64(hours * 3600 + minutes * 60) * (isEast ? 1 : -1)
    }
    guard rest.isEmpty, let days = Self.daysSinceEpoch(year: year, month: month, day: day) else { return nil }
    let seconds = Int64(days * 86_400 + hour * 3600 + minute * 60 + second) - offsetSeconds
    guard let whole = UInt64(exactly: seconds) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, sumOverflow) = product.addingReportingOverflow(nanoseconds)
    guard !overflow, !sumOverflow else { return nil }
    self.init(unixNanoseconds: sum)
  }

  /// The inverse of what `Timestamp.description` does (https://howardhinnant.github.io/date_algorithms.html).
  private static func daysSinceEpoch(year: UInt64, month: UInt64, day: UInt64) -> UInt64? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [UInt64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    let yearFromMarch = month <= 2 ? year - 1 : year
    let yearOfEra = yearFromMarch % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return yearFromMarch / 400 * 146_097 + dayOfEra - 719_468
  }
}
