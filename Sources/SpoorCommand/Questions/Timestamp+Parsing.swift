import FoundationEssentials
import TraceModel

extension Timestamp {
  /// Reads RFC 3339 (`2026-11-21T14:00:00.5Z`, `…+01:00`), the same without zone in local time, with `T` or a space, without
  /// seconds or without time of day; or Unix seconds, with a fraction if need be. Nothing before 1970; what is past the
  /// end of time, in 2554, is that end.
  init?(parsing text: String, local: TimeZone = .current) {
    if let match = text.wholeMatch(of: #/(\d{1,10})(?:\.(\d{1,9}))?/#)?.output, let seconds = UInt64(match.1) {
      self = Timestamp(unixSeconds: seconds) + Duration(nanoseconds: Self.nanoseconds(fraction: match.2))
      return
    }
    let pattern =
      #/(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:\d{2})?)?/#
    guard let match = text.wholeMatch(of: pattern)?.output else { return nil }
    var parts = DateComponents()
    parts.year = Int(match.1)
    parts.month = Int(match.2)
    parts.day = Int(match.3)
    parts.hour = match.4.flatMap { Int($0) } ?? 0
    parts.minute = match.5.flatMap { Int($0) } ?? 0
    parts.second = match.6.flatMap { Int($0) } ?? 0
    parts.timeZone = match.8.map { TimeZone(offset: $0) } ?? local
    guard let month = parts.month, let day = parts.day, let hour = parts.hour, let minute = parts.minute,
      let second = parts.second, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
      second <= 60, parts.timeZone != nil
    else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = parts.timeZone ?? local
    guard let date = calendar.date(from: parts), date.timeIntervalSince1970 >= 0 else { return nil }
    // The calendar takes the 31st of February for a day in March.
    guard calendar.component(.day, from: date) == day || second == 60 else { return nil }
    let fraction = Duration(nanoseconds: Self.nanoseconds(fraction: match.7))
    self = Timestamp(unixSeconds: UInt64(date.timeIntervalSince1970)) + fraction
  }

  /// Up to nine digits behind the point of a second.
  private static func nanoseconds(fraction digits: Substring?) -> UInt64 {
    let digits = digits ?? ""
    return UInt64(digits + String(repeating: "0", count: 9 - digits.count)) ?? 0
  }
}

extension TimeZone {
  /// `Z` or `+01:00`; nil past a day.
  fileprivate init?(offset text: Substring) {
    if text.lowercased() == "z" {
      self.init(secondsFromGMT: 0)
      return
    }
    let (hours, minutes) = (Int(text.dropFirst().prefix(2)) ?? 99, Int(text.suffix(2)) ?? 99)
    guard hours < 24, minutes < 60 else { return nil }
    self.init(secondsFromGMT: (hours * 3600 + minutes * 60) * (text.hasPrefix("-") ? -1 : 1))
  }
}

extension TraceModel.Duration {
  /// Reads `90s`, `15m`, `1h30m`, `2d`, `250ms`: whole numbers with units, largest first by custom but in any order.
  init?(parsing text: String) {
    let units: [Substring: UInt64] = [
      "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000, "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]
    var rest = text[...]
    var total: UInt64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let number = UInt64(digits), let factor = units[unit] else { return nil }
      let (length, tooLong) = number.multipliedReportingOverflow(by: factor)
      let (sum, overflow) = total.addingReportingOverflow(length)
      if tooLong || overflow { return nil }
      total = sum
    }
    self.init(nanoseconds: total)
  }
}
