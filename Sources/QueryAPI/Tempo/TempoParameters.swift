import FoundationEssentials
import Hummingbird
import Rendering
import TraceModel

/// The parameters of a request as Tempo reads them (grafana/tempo, pkg/api/http.go). An empty one is as good as none.
struct TempoParameters: Sendable {
  private let values: [Substring: Substring]

  init(_ request: Request) {
    values = Dictionary(request.uri.queryParameters.map { ($0.key, $0.value) }) { first, _ in first }
  }

  subscript(_ name: Substring) -> String? {
    guard let value = values[name], !value.isEmpty else { return nil }
    return String(value)
  }

  /// A number from `least` on; what is above `most` counts as that.
  func count(_ name: Substring, usually: Int, least: Int = 1, most: Int) throws(APIError) -> Int {
    guard let text = self[name] else { return usually }
    let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw APIError(.badRequest, "invalid \(name): \"\(text.prefix(64))\" is no number from \(least) on")
    }
    // More digits than an integer has are more than the most.
    let number = Int(digits) ?? .max
    guard number >= least else { throw APIError(.badRequest, "invalid \(name): must be at least \(least)") }
    return min(number, most)
  }

  /// Unix seconds, with decimals or without; nanoseconds, where there are more than ten digits; or RFC 3339.
  func moment(_ name: Substring) throws(APIError) -> Timestamp? {
    guard let text = self[name] else { return nil }
    guard let moment = Self.moment(text) else {
      throw APIError(.badRequest, "invalid \(name): \"\(text.prefix(64))\" is no time: take Unix seconds")
    }
    return moment
  }

  private static func moment(_ text: String) -> Timestamp? {
    if let number = UInt64(text) {
      return text.utf8.count <= 10 ? Timestamp(unixSeconds: number) : Timestamp(unixNanoseconds: number)
    }
    if let seconds = Double(text), seconds >= 0, seconds < 1.8e10 {
      return Timestamp(unixNanoseconds: UInt64((seconds * 1e9).rounded()))
    }
    return Timestamp(rfc3339: text)
  }

  /// `start` and `end`, either of which may be missing. Grafana sends whole seconds, so the second of the end is inside.
  func window() throws(APIError) -> TimeWindow {
    let (start, end) = (try moment("start"), try moment("end"))
    if let start, let end, start > end {
      throw APIError(.badRequest, "http parameter start must be before end")
    }
    // Nothing ended in the year 1970; Grafana says 0 where it has no time.
    let to = end.flatMap { $0.unixNanoseconds == 0 ? nil : $0 + .seconds(1) }
    return TimeWindow(from: start, to: to)
  }

  /// A span of time as Go writes it, `1.5s`.
  func length(_ name: Substring) throws(APIError) -> TraceModel.Duration? {
    guard let text = self[name] else { return nil }
    guard let length = Self.length(text) else {
      throw APIError(.badRequest, "invalid \(name): \"\(text.prefix(64))\" is no duration such as 1.5s or 100ms")
    }
    return length
  }

  /// What Go's `time.ParseDuration` reads, but nothing below zero and nothing longer than 292 years; and `d`.
  static func length(_ text: String) -> TraceModel.Duration? {
    guard (1...64).contains(text.utf8.count) else { return nil }
    if text == "0" { return .zero }
    var rest = text[...]
    var sum = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
      rest = rest.dropFirst(digits.count)
      let word = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
      rest = rest.dropFirst(word.count)
      guard let number = Double(digits), let unit = units[String(word)] else { return nil }
      sum += number * unit
    }
    guard sum < 9.2e18 else { return nil }
    return TraceModel.Duration(nanoseconds: UInt64(sum.rounded()))
  }

  private static let units: [String: Double] = [
    "ns": 1, "us": 1e3, "\u{b5}s": 1e3, "\u{3bc}s": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": 86_400e9,
  ]
}
