import FoundationEssentials
import Hummingbird
import NIOHTTP1
import TraceModel
import TraceQuery

/// The parameters of a request, from its address and, of a POST, from the form in its body, which Grafana prefers.
struct FormParameters: Sendable {
  private var values: [String: [String]] = [:]

  init(_ request: Request) async throws {
    read(request.uri.query ?? "")
    guard request.method == .post else { return }
    do {
      let body = try await request.body.collect(upTo: APILimits.formBytesMax)
      read(String(buffer: body))
    } catch let error as any HTTPResponseError where error.status != .contentTooLarge {
      throw error
    } catch let error as HTTPParserError {
      throw APIError(.badRequest, "the form does not arrive as HTTP/1.1 says: \(error)")
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw APIError(.contentTooLarge, "the form has more than \(APILimits.formBytesMax) bytes")
    }
  }

  private mutating func read(_ text: String) {
    for pair in text.split(separator: "&", maxSplits: APILimits.formFieldsMax) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      values[Self.decoded(parts[0]), default: []].append(parts.count > 1 ? Self.decoded(parts[1]) : "")
    }
  }

  /// What is no proper escape stays as it is.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        if let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 {
          bytes.append(value)
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The last one of this name, as in Prometheus the form's.
  subscript(_ name: String) -> String? { values[name]?.last }

  func all(_ name: String) -> [String] { values[name] ?? [] }

  // MARK: What Prometheus makes of them

  /// Unix seconds, or RFC 3339. Times before 1970 are 1970, and later ones than a timestamp can tell the last it can.
  func time(_ name: String) throws(APIError) -> Timestamp? {
    guard let text = self[name], !text.isEmpty else { return nil }
    if let seconds = Self.nanoseconds(text) { return Timestamp(unixNanoseconds: seconds) }
    if let moment = Self.moment(text) { return moment }
    throw APIError(.badRequest, "invalid parameter \"\(name)\": cannot parse \"\(text)\" to a valid timestamp")
  }

  func requiredTime(_ name: String) throws(APIError) -> Timestamp {
    guard let time = try time(name) else {
      throw APIError(.badRequest, "invalid parameter \"\(name)\": cannot parse \"\" to a valid timestamp")
    }
    return time
  }

  /// Seconds, or a duration such as 5m.
  func length(_ name: String) throws(APIError) -> TraceModel.Duration {
    let text = self[name] ?? ""
    if let nanoseconds = Self.nanoseconds(text) { return Duration(nanoseconds: nanoseconds) }
    if let length = TraceModel.Duration(promQL: text) { return length }
    throw APIError(.badRequest, "invalid parameter \"\(name)\": cannot parse \"\(text)\" to a valid duration")
  }

  /// How many at most; nil for no bound.
  func limit() throws(APIError) -> Int? {
    guard let text = self["limit"], !text.isEmpty else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw APIError(.badRequest, "invalid parameter \"limit\": \"\(text)\" is not a number from 0 on")
    }
    return number == 0 ? nil : number
  }

  /// Of a number of seconds, with whole nanoseconds where it is written plainly.
  private static func nanoseconds(_ text: String) -> UInt64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    if let whole = UInt64(parts[0]), parts.count == 1 || parts[1].utf8.allSatisfy({ (48...57).contains($0) }) {
      let fraction = parts.count == 1 ? "" : String(parts[1].prefix(9))
      let padded = fraction + String(repeating: "0", count: 9 - fraction.utf8.count)
      let (product, isOver) = whole.multipliedReportingOverflow(by: 1_000_000_000)
      let (sum, isSumOver) = product.addingReportingOverflow(UInt64(padded) ?? 0)
      return isOver || isSumOver ? .max : sum
    }
    guard text.utf8.allSatisfy({ (48...57).contains($0) || ".eE+-".utf8.contains($0) }), let seconds = Double(text),
      !seconds.isNaN
    else { return nil }
    return seconds <= 0 ? 0 : UInt64(exactly: (seconds * 1e9).rounded()) ?? .max
  }

  private static func moment(_ text: String) -> Timestamp? {
    for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
      do {
        let milliseconds = (try style.parse(text).timeIntervalSince1970 * 1e3).rounded()
        // Dates of this form have four digits of years, and so fit.
        return Timestamp(unixNanoseconds: (UInt64(exactly: max(0, milliseconds)) ?? 0) &* 1_000_000)
      } catch {
        continue
      }
    }
    return nil
  }
}
