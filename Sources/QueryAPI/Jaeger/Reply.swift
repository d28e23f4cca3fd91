import FoundationEssentials
import Hummingbird
import TraceQuery

/// What a route answers, and whether it could see all that it was asked about.
struct Reply<Content: Encodable> {
  var content: Content
  var isPartial: Bool

  init(_ content: Content, isPartial: Bool) {
    (self.content, self.isPartial) = (content, isPartial)
  }

  func map<Other>(_ make: (Content) throws -> Other) rethrows -> Reply<Other> {
    Reply<Other>(try make(content), isPartial: isPartial)
  }

  func response(isPretty: Bool = false) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    var response = Response(jsonBytes: Array(try encoder.encode(content)))
    if isPartial { response.headers[.spoorPartial] = "true" }
    return response
  }
}

extension Answer {
  /// The answer as what a route says of it.
  func map<Content: Encodable>(_ make: (Value) throws -> Content) rethrows -> Reply<Content> {
    Reply(try make(value), isPartial: missingBlocks > 0)
  }
}
