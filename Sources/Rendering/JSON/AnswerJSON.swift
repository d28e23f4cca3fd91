import FoundationEssentials
import TraceModel

/// Answers as JSON and back, in the shapes that other people's programs rely on (JSON.md of this room's catalogue).
///
/// The bytes are UTF-8, pretty-printed with sorted keys, and end in a line feed; equal answers are equal bytes. What would
/// drive a terminal, or turn the direction of what follows, is written as an escape.
package enum AnswerJSON {
  package static func encode(_ map: ServiceMap) -> [UInt8] { bytes(of: MapShape(map)) }

  /// What `encode` wrote, here or on a server. Members that this version does not know are ignored.
  package static func decodeMap(_ bytes: [UInt8]) throws(RenderingError) -> ServiceMap {
    try shape(MapShape.self, of: bytes).map
  }

  package static func encode(_ series: [LatencySeries]) -> [UInt8] { bytes(of: SeriesShape.List(series)) }

  package static func decodeLatency(_ bytes: [UInt8]) throws(RenderingError) -> [LatencySeries] {
    try shape(SeriesShape.List.self, of: bytes).series.map(\.series)
  }

  package static func encode(_ map: LatencyHeatMap) -> [UInt8] { bytes(of: HeatMapShape(map)) }

  package static func decodeHeatMap(_ bytes: [UInt8]) throws(RenderingError) -> LatencyHeatMap {
    guard let map = try shape(HeatMapShape.self, of: bytes).map else { throw .unexpected(path: "step_ns") }
    return map
  }

  package static func encode(_ services: [ServiceSummary]) -> [UInt8] { bytes(of: ServiceShape.List(services)) }

  package static func decodeServices(_ bytes: [UInt8]) throws(RenderingError) -> [ServiceSummary] {
    try shape(ServiceShape.List.self, of: bytes).services.map(\.summary)
  }

  /// - Parameter partial: whether something that belongs to the answer is known to be missing.
  package static func encode(_ list: TraceList, partial: Bool) -> [UInt8] {
    bytes(of: TraceListShape(list, partial: partial))
  }

  package static func decodeTraceList(_ bytes: [UInt8]) throws(RenderingError) -> TraceList {
    try shape(TraceListShape.self, of: bytes).list()
  }

  /// - Parameter partial: whether something that belongs to the answer is known to be missing.
  package static func encode(_ metrics: SpanMetrics, partial: Bool) -> [UInt8] {
    bytes(of: SpanMetricsShape(metrics, partial: partial))
  }

  package static func decodeSpanMetrics(_ bytes: [UInt8]) throws(RenderingError) -> SpanMetrics {
    try shape(SpanMetricsShape.self, of: bytes).metrics()
  }

  /// - Parameter partial: whether spans of the trace are known to be missing from the answer.
  package static func encode(_ trace: Trace, partial: Bool) -> [UInt8] { encode(TracePage(trace, isPartial: partial)) }

  package static func encode(_ page: TracePage) -> [UInt8] { bytes(of: TraceShape(page)) }

  /// Several traces, in this order.
  package static func encode(_ pages: [TracePage]) -> [UInt8] {
    bytes(of: TracesShape(traces: pages.map { TraceShape($0) }))
  }

  static func bytes(of shape: some Encodable) -> [UInt8] {
    bytes(of: shape, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// Without a line feed but the one at the end.
  static func line(of shape: some Encodable) -> [UInt8] { bytes(of: shape, [.sortedKeys, .withoutEscapingSlashes]) }

  private static func bytes(of shape: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    do {
      return JSONText.escapingControls(Array(try encoder.encode(shape))) + Array("\n".utf8)
    } catch {
      // An encoder fails on numbers that JSON has not, which no shape contains.
      preconditionFailure("an answer has no JSON: \(error)")
    }
  }

  private static func shape<Shape: Decodable>(
    _ type: Shape.Type, of bytes: [UInt8]
  ) throws(RenderingError) -> Shape {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch DecodingError.keyNotFound(let key, let context) {
      throw .unexpected(path: path(context.codingPath + [key]))
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      throw .unexpected(path: path(context.codingPath))
    } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
      throw .unexpected(path: path(context.codingPath))
    } catch {
      throw .notJSON
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
