import Hummingbird
import TraceModel

/// What `GET traces` asks: Zipkin's QueryRequest
/// (https://github.com/openzipkin/zipkin/blob/master/zipkin/src/main/java/zipkin2/storage/QueryRequest.java).
struct ZipkinQuestion: Sendable {
  /// Names in lower case; nil for any.
  let serviceName: String?
  let remoteServiceName: String?
  let spanName: String?
  /// By key; an empty text where the tag may have any value, or is an annotation.
  let annotations: [String: String]
  let duration: ClosedRange<TraceModel.Duration>?
  /// When a span that is looked for began.
  let start: ClosedRange<Timestamp>
  let limit: Int

  init(_ request: Request, now: Timestamp) throws(APIError) {
    serviceName = try request.zipkinName("serviceName")
    remoteServiceName = try request.zipkinName("remoteServiceName")
    spanName = try request.zipkinName("spanName")
    annotations = try Self.annotations(request.uri.queryParameters["annotationQuery"] ?? "")
    duration = try Self.duration(request)
    start = try request.zipkinWindow(end: request.zipkinNumber("endTs") ?? now.zipkinMilliseconds)
    let number = try request.zipkinNumber("limit") ?? UInt64(APILimits.zipkinTracesUsual)
    guard number > 0 else { throw APIError(.badRequest, "limit <= 0") }
    limit = Int(min(number, UInt64(APILimits.zipkinTracesMax)))
  }

  /// `error and http.method=GET`.
  private static func annotations(_ text: Substring) throws(APIError) -> [String: String] {
    guard text.utf8.count <= APILimits.zipkinQueryBytesMax else {
      throw APIError(.badRequest, "annotationQuery has more than \(APILimits.zipkinQueryBytesMax) bytes")
    }
    var annotations: [String: String] = [:]
    for part in text.split(separator: " and ") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmed)
      guard let key = sides.first, !key.isEmpty else { continue }
      annotations[key] = sides.count > 1 ? sides[1] : ""
    }
    guard annotations.count <= APILimits.zipkinConditionsMax else {
      throw APIError(.badRequest, "annotationQuery has more than \(APILimits.zipkinConditionsMax) conditions")
    }
    return annotations
  }

  private static func duration(_ request: Request) throws(APIError) -> ClosedRange<TraceModel.Duration>? {
    guard let shortest = try request.zipkinNumber("minDuration") else {
      if try request.zipkinNumber("maxDuration") == nil { return nil }
      throw APIError(.badRequest, "maxDuration is only valid with minDuration")
    }
    let longest = try request.zipkinNumber("maxDuration") ?? .max
    guard shortest > 0 else { throw APIError(.badRequest, "minDuration <= 0") }
    guard longest >= shortest else { throw APIError(.badRequest, "maxDuration < minDuration") }
    // Microseconds are whole: the last one lasts until the next begins.
    let (low, high) = (shortest.multiplied(by: 1000), longest.multiplied(by: 1000))
    return TraceModel.Duration(nanoseconds: low)...TraceModel.Duration(nanoseconds: high.added(999))
  }
}

extension Request {
  /// An empty parameter is none, and so is `all`, which Zipkin's page sends for any name.
  func zipkinName(_ name: Substring) throws(APIError) -> String? {
    guard let text = uri.queryParameters[name]?.trimmed.lowercased(), !text.isEmpty, text != "all" else { return nil }
    return text
  }

  /// A whole number that is not negative.
  func zipkinNumber(_ name: Substring) throws(APIError) -> UInt64? {
    guard let text = uri.queryParameters[name], !text.isEmpty else { return nil }
    guard let number = UInt64(text) ?? (text.isLongNumber ? .max : nil) else {
      throw APIError(.badRequest, "\(name)=\(text) is not a whole number from 0 on")
    }
    return number
  }

  /// From `lookback` before `end` (both in milliseconds) until then.
  func zipkinWindow(end: UInt64) throws(APIError) -> ClosedRange<Timestamp> {
    let lookback = try zipkinNumber("lookback") ?? APILimits.zipkinLookbackMilliseconds
    guard end > 0 else { throw APIError(.badRequest, "endTs <= 0") }
    guard lookback > 0 else { throw APIError(.badRequest, "lookback <= 0") }
    let last = end.multiplied(by: 1_000_000).added(999_999)
    let first = (end - min(end, lookback)).multiplied(by: 1_000_000)
    return Timestamp(unixNanoseconds: first)...Timestamp(unixNanoseconds: last)
  }
}

extension Timestamp {
  var zipkinMilliseconds: UInt64 { unixNanoseconds / 1_000_000 }
}

extension UInt64 {
  /// Stays at the largest number.
  fileprivate func multiplied(by factor: UInt64) -> UInt64 {
    let (product, isOver) = multipliedReportingOverflow(by: factor)
    return isOver ? .max : product
  }

  fileprivate func added(_ more: UInt64) -> UInt64 {
    let (sum, isOver) = addingReportingOverflow(more)
    return isOver ? .max : sum
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    let end = lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
    return String(self[start..<end])
  }
}
