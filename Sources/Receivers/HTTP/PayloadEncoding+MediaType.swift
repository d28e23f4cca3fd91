import NIOHTTP1

extension PayloadEncoding {
  /// What stands in the Content-Type of an answer.
  var mediaType: String {
    switch self {
    case .protobuf: "application/x-protobuf"
    case .json: "application/json"
    }
  }

  /// The encoding that a Content-Type means; nil for any other. Parameters are ignored: charsets say nothing about
  /// protobuf, and OTLP's JSON is in UTF-8.
  init?(mediaType: String) {
    if mediaType == "application/x-protobuf" {
      self = .protobuf
      return
    }
    switch mediaType.prefix(while: { $0 != ";" && $0 != " " && $0 != "\t" }).lowercased() {
    // The second is the name that IANA is to have.
    case "application/x-protobuf", "application/protobuf": self = .protobuf
    case "application/json": self = .json
    default: return nil
    }
  }

  /// The encoding of the answer to a request whose body is of neither.
  init(acceptedBy headers: HTTPHeaders) {
    let acceptsJSON = headers.first(name: "accept").map { $0.lowercased().contains("application/json") } ?? false
    self = acceptsJSON ? .json : .protobuf
  }
}
