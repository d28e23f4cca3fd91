/// A moment as OTLP sends it: nanoseconds since 1970-01-01T00:00:00 UTC, leap seconds ignored. 0 means "not set".
package struct Timestamp: Hashable, Comparable, Sendable {
  package var unixNanoseconds: UInt64

  @inlinable package init(unixNanoseconds: UInt64) {
    self.unixNanoseconds = unixNanoseconds
  }

  package init(unixSeconds: UInt64) {
    let (product, overflow) = unixSeconds.multipliedReportingOverflow(by: 1_000_000_000)
    self.init(unixNanoseconds: overflow ? .max : product)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.unixNanoseconds < right.unixNanoseconds }

  /// Past the ends of time the sum stays at the end.
  package static func + (moment: Timestamp, length: Duration) -> Timestamp {
    let (sum, overflow) = moment.unixNanoseconds.addingReportingOverflow(length.nanoseconds)
    return Timestamp(unixNanoseconds: overflow ? .max : sum)
  }

  /// Before 1970 the difference stays at 0.
  package static func - (moment: Timestamp, length: Duration) -> Timestamp {
    Timestamp(
      unixNanoseconds: moment.unixNanoseconds < length.nanoseconds ? 0 : moment.unixNanoseconds - length.nanoseconds)
  }

  /// The time from `earlier` to here, or zero if `earlier` is in fact later.
  package func since(_ earlier: Timestamp) -> Duration {
    Duration(nanoseconds: earlier > self ? 0 : unixNanoseconds - earlier.unixNanoseconds)
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with as many of the nine fractional digits as are not trailing zeros:
  /// `2026-11-21T03:41:13.25Z`.
  package var description: String {
    let seconds = unixNanoseconds / 1_000_000_000
    let (date, time) = (CivilDate(daysSinceEpoch: seconds / 86_400), seconds % 86_400)
    var text = "\(date)T\(padded(time / 3600, 2)):\(padded(time / 60 % 60, 2)):\(padded(time % 60, 2))"
    var fraction = padded(unixNanoseconds % 1_000_000_000, 9)[...]
    while fraction.last == "0" { fraction.removeLast() }
    if !fraction.isEmpty { text += ".\(fraction)" }
    return text + "Z"
  }
}

/// A day of the proleptic Gregorian calendar.
/// The arithmetic is Howard Hinnant's (https://howardhinnant.github.io/date_algorithms.html).
private struct CivilDate: CustomStringConvertible {
  var year: UInt64
  var month: UInt64
  var day: UInt64

  init(daysSinceEpoch: UInt64) {
    let shifted = daysSinceEpoch + 719_468
    let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var description: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}

private func padded(_ number: UInt64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
