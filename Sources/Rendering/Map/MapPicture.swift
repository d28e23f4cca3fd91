import TraceModel

/// A map in any of its formats.
package struct MapPicture: Sendable {
  private let map: ServiceMap
  private let style: MapStyle

  package init(_ map: ServiceMap, _ style: MapStyle = MapStyle()) {
    self.map = map
    self.style = style
  }

  /// Lays a graph in Graphviz's language out as `svg`, `png` or `pdf`.
  package typealias Draw = @Sendable (_ dot: String, _ format: String) async throws -> [UInt8]

  /// - Parameter draw: called for formats that have to be laid out.
  /// - Throws: only what `draw` throws.
  package func bytes(as format: MapFormat, _ draw: Draw) async throws -> [UInt8] {
    switch format {
    case .json: AnswerJSON.encode(map)
    case .mermaid: Array(ServiceMapMermaid(map).text.utf8)
    case .dot: Array(dot.utf8)
    case .png, .pdf: try await draw(dot, format.rawValue)
    case .svg: MapSVG.finished(try await draw(dot, "svg"), follows: style.ground == .auto)
    }
  }

  private var dot: String {
    ServiceMapDOT(map, theme: style.ground == .dark ? .dark : .light, sizing: style.sizing).text
  }
}
