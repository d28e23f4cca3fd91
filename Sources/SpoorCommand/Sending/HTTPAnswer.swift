import NIOHTTP1

/// A whole HTTP answer.
struct HTTPAnswer: Equatable, Sendable {
  var status: HTTPResponseStatus
  var headers: HTTPHeaders
  var body: [UInt8]
}
