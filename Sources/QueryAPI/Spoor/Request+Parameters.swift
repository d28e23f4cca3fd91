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

extension TraceSearch {
  /// `q` in TraceQL, `limit` and `cursor`.
  init(_ request: Request) throws(APIError) {
    guard let text = request.uri.queryParameters["q"] else {
      throw APIError(.badRequest, "q is missing: a question in TraceQL, for example { duration > 100ms }")
    }
    let page = try PageChoice(request)
    do { self = TraceSearch(try TraceSearch(traceQL: String(text)).filter, page) } catch {
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
