import TraceModel

/// How much one request may ask of the collector. Every bound of the room is here or in `otlp_unpack.c`, which holds
/// those on memory and stack while protobuf-c works.
package struct RequestLimits: Hashable, Sendable {
  /// Bytes of one request, as OTLP recommends for bodies after decompression. Past it: `DecodeError.tooLarge`.
  package var requestByteCountMax: Int
  /// Bytes of one span on the wire. A span is unpacked as a whole, so this bounds memory; traces whose spans carry more
  /// put files into attributes. Past it: the span is rejected as `spanTooLarge`.
  package var spanByteCountMax: Int
  /// Spans of one request, each of which costs time and some 150 bytes of columns however short it is, and compresses to
  /// next to nothing: sixteen times what collectors send by default, and what fits into 64 MiB at 512 bytes each. Past it:
  /// `DecodeError.tooManySpans`.
  package var spanCountMax: Int
  /// ResourceSpans and ScopeSpans of one request, for the same reason. Past it: `DecodeError.tooManyGroups`.
  package var groupCountMax: Int

  /// - Parameter requestByteCountMax: at most 256 MiB count, so that the offsets inside a batch fit 32 bits whatever
  ///   the request holds.
  package init(
    requestByteCountMax: Int = 64 << 20, spanByteCountMax: Int = 1 << 20, spanCountMax: Int = 1 << 17,
    groupCountMax: Int = 1 << 17
  ) {
    self.requestByteCountMax = min(requestByteCountMax, 256 << 20)
    self.spanByteCountMax = spanByteCountMax
    self.spanCountMax = spanCountMax
    self.groupCountMax = groupCountMax
  }

  /// Values inside one another, as everywhere in the house: so no recursion over values goes deeper. Past it:
  /// `DecodeError.tooDeep`.
  static let valueDepthMax = AttributeValue.depthMax

  /// How many names, shapes, resources and scopes a decoder remembers from one request to the next, of each, and how many
  /// bytes of them: what services send again and again. Past either, it forgets all of that kind and begins anew.
  static let memoCountMax = 4096
  static let memoByteCountMax = 1 << 19

  /// What a decoder keeps of its working memory after a request, so that the next one need not ask for it: more than an
  /// ordinary request needs.
  static let keptRowCountMax = 1 << 13
  static let keptByteCountMax = 1 << 21

  /// What protobuf-c takes at most for a field on the wire, besides the field's own bytes: the message that it may begin,
  /// its place in an array, headers, and protobuf-c's notes on it.
  static let unpackedFieldByteCount = 256
  /// What a span may take at least, and for each of its bytes, in the arena of `otlp_unpack.c`.
  static let arenaByteCountMin = 64 << 10
  static let arenaGrowth = 32

  /// A span takes more bytes as JSON than on the wire: escapes take six times as many, names and punctuation the rest.
  static let jsonGrowth = 8

  /// Objects and arrays inside one another in JSON: four for each value and a dozen around them. Unknown members count
  /// too. Past it: `DecodeError.tooDeep`.
  static let jsonDepthMax = 4 * valueDepthMax + 16

  /// Tags and annotations of one of Zipkin's spans, which cost memory however short they are. Past it: the span is rejected as
  /// `spanTooLarge`.
  static let zipkinPartCountMax = 1 << 14
}
