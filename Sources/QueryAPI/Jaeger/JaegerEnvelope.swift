/// What all answers of Jaeger's v1 come in, errors too.
struct JaegerEnvelope<Content: Encodable>: Encodable {
  var data: Content?
  var total = 0
  var errors: [JaegerError] = []

  init(_ data: Content, total: Int = 0, errors: [JaegerError] = []) {
    (self.data, self.total, self.errors) = (data, total, errors)
  }

  enum CodingKeys: String, CodingKey {
    case data, total, limit, offset, errors
  }

  /// Of a list: with how many there are.
  init<Element>(list: [Element]) where Content == [Element] { self.init(list, total: list.count) }

  /// Nothing but an error.
  init(_ error: APIError) where Content == [String] {
    errors = [JaegerError(code: error.status.code, message: error.message)]
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(data, forKey: .data)
    try container.encode(total, forKey: .total)
    try container.encode(0, forKey: .limit)
    try container.encode(0, forKey: .offset)
    try container.encode(errors.isEmpty ? nil : errors, forKey: .errors)
  }
}

/// What is wrong with an answer, or with the part of it that is about one trace.
struct JaegerError: Encodable, Hashable {
  var code: Int?
  var message: String
  var traceID: String?

  enum CodingKeys: String, CodingKey {
    case code
    case message = "msg"
    case traceID
  }
}
