import Rendering
import TraceModel

// What Jaeger's parameters hold. Every error names its parameter.
extension JaegerParameters {
  func bool(_ names: String...) throws(APIError) -> Bool {
    for name in names {
      guard let text = self[name] else { continue }
      switch text {
      case "1", "t", "T", "true", "TRUE", "True": return true
      case "0", "f", "F", "false", "FALSE", "False": return false
      default: throw APIError(.badRequest, "unable to parse param '\(name)': \"\(text)\" is not true or false")
      }
    }
    return false
  }

  /// How many are wanted: at least 1; absurdly many count as very many.
  func count(_ names: String..., usual: Int) throws(APIError) -> Int {
    for name in names {
      guard let text = self[name] else { continue }
      guard let number = Int(text) ?? (text.isLongNumber ? .max : nil) else {
        throw APIError(.badRequest, "unable to parse param '\(name)': \"\(text)\" is not a whole number")
      }
      guard number > 0 else { throw APIError(.badRequest, "invalid parameter: \(name) must be greater than 0") }
      return number
    }
    return usual
  }

  /// A length of time as Go writes it: `1.5s`, `100ms`, `1h30m`.
  func goDuration(_ names: String...) throws(APIError) -> Duration? {
    for name in names {
      guard let text = self[name] else { continue }
      guard let duration = Duration(go: text) else {
        throw APIError(
          .badRequest, "unable to parse param '\(name)': \"\(text)\" is not a duration such as 1.2s, 100ms or 500us")
      }
      return duration
    }
    return nil
  }

  /// Microseconds since 1970, or milliseconds, which is what Grafana sends beside a trace ID.
  func microseconds(_ name: String) throws(APIError) -> Timestamp? {
    guard let number = try number(name) else { return nil }
    // As microseconds this would be in the spring of 1973, as milliseconds in the year 5138.
    return Timestamp(unixNanoseconds: Self.nanoseconds(number, per: number < 100_000_000_000_000 ? 1_000_000 : 1000))
  }

  func milliseconds(_ name: String) throws(APIError) -> Timestamp? {
    try number(name).map { Timestamp(unixNanoseconds: Self.nanoseconds($0, per: 1_000_000)) }
  }

  /// A length of time in milliseconds.
  func length(_ name: String, usual: Duration) throws(APIError) -> Duration {
    try number(name).map { Duration(nanoseconds: Self.nanoseconds($0, per: 1_000_000)) } ?? usual
  }

  /// RFC 3339. An offset's `+` that nobody has escaped has become a space by now; it is meant as it was.
  func time(_ names: String...) throws(APIError) -> Timestamp? {
    for name in names {
      guard let text = self[name] else { continue }
      guard let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text.split(separator: " ").joined(separator: "+"))
      else {
        throw APIError(
          .badRequest, "malformed parameter \(name): \"\(text)\" is not a time such as 2026-11-21T14:00:00Z")
      }
      return time
    }
    return nil
  }

  private func number(_ name: String) throws(APIError) -> UInt64? {
    guard let text = self[name] else { return nil }
    guard let number = UInt64(text) ?? (text.isLongNumber ? .max : nil) else {
      throw APIError(.badRequest, "unable to parse param '\(name)': \"\(text)\" is not a whole number from 0 on")
    }
    return number
  }

  private static func nanoseconds(_ number: UInt64, per unit: UInt64) -> UInt64 {
    let (product, isOver) = number.multipliedReportingOverflow(by: unit)
    return isOver ? .max : product
  }
}

extension StringProtocol {
  /// Whether these are decimal digits alone: a number, though 64 bits may not hold it.
  var isLongNumber: Bool { !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
}
