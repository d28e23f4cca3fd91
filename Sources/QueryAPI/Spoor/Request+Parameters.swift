import FoundationEssentials
import HTTPTypes
import Hummingbird
import TraceModel
import TraceQuery

extension TimeWindow {
  /// `from` and `to` in Unix nanoseconds; either may be missing.
  init(_ request: Request) throws(APIError) {
    func moment(_ name: Substring) throws(APIError) -> Timestamp? {
      guard let text = request.uri.queryParameters[name] else { return nil }
      guard let number = UInt64(text) else {
        throw APIError(.badRequest, "\(name)=\(text) is not a time in Unix nanoseconds")
      }
      return Timestamp(unixNanoseconds: number)
    }
    self.init(from: try moment("from"), to: try moment("to"))
    if let from, let to, from >= to { throw APIError(.badRequest, "the window ends before it begins") }
  }
}

extension PageChoice {
  /// `limit` and `cursor`; either may be missing.
  init(_ request: Request) throws(APIError) {
    let parameters = request.uri.queryParameters
    let limit = try parameters["limit"].map { (text) throws(APIError) in
      guard let number = Int(text) else { throw APIError(.badRequest, "limit=\(text) is not a number") }
      return number
    }
    do { try self.init(limit: limit, cursor: parameters["cursor"].map { String($0) }) } catch {
      throw APIError(.badRequest, error.description)
    }
  }
}

extension Request {
  /// `q`: a question in TraceQL.
  fileprivate func question() throws(APIError) -> String {
    guard let text = uri.queryParameters["q"] else {
      throw APIError(.badRequest, "q is missing: a question in TraceQL, for example { duration > 100ms }")
    }
    return String(text)
  }

  /// A number from `least` on; nil where there is no such parameter.
  func number(_ name: Substring, from least: UInt64 = 0) throws(APIError) -> UInt64? {
    guard let text = uri.queryParameters[name] else { return nil }
    guard let number = UInt64(text), number >= least else {
      throw APIError(.badRequest, "\(name)=\(text) is not a number from \(least) on")
    }
    return number
  }
}

extension TraceSearch {
  /// `q` in TraceQL, `limit` and `cursor`; and `spans`, how many are told of each set that a trace is found by.
  init(_ request: Request) throws(APIError) {
    let text = try request.question()
    let page = try PageChoice(request)
    let spansMax = Int(clamping: try request.number("spans") ?? 0)
    do { try self.init(traceQL: text, page, spansMax: spansMax) } catch {
      throw APIError(.badRequest, error.description)
    }
  }
}

extension MetricsQuestion {
  /// `q` in TraceQL, and `exemplars`, how many at most.
  init(_ request: Request) throws(APIError) {
    let text = try request.question()
    let exemplars = Int(clamping: try request.number("exemplars") ?? 0)
    do { try self.init(traceQL: text, exemplarsMax: exemplars) } catch {
      throw APIError(.badRequest, error.description)
    }
  }
}

extension Response {
  init(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.init(jsonBytes: Array(try encoder.encode(value)))
  }

  init(text: String, status: HTTPResponse.Status = .ok, contentType: String = "text/plain; charset=utf-8") {
    self.init(
      status: status, headers: [.contentType: contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  init(jsonBytes bytes: [UInt8]) {
    self.init(
      status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension Answer {
  /// The answer as JSON, marked partial where blocks had to be left out.
  func response(_ encode: (Value) -> [UInt8]) -> Response {
    var response = Response(jsonBytes: encode(value))
    if missingBlocks > 0 { response.headers[.spoorPartial] = "true" }
    return response
  }
}
