/// What a map can be written as.
package enum MapFormat: String, CaseIterable, Sendable {
  case dot, svg, png, pdf, json
  /// By how its files are called.
  case mermaid = "mmd"

  /// By its name, or by how its files are called.
  package init?(name: String) {
    self.init(rawValue: name == "mermaid" ? "mmd" : name)
  }

  /// All names, for people.
  package static var names: String { "dot, svg, png, pdf, json or mermaid" }

  package var contentType: String {
    switch self {
    case .dot: "text/vnd.graphviz; charset=utf-8"
    case .svg: "image/svg+xml"
    case .png: "image/png"
    case .pdf: "application/pdf"
    case .json: "application/json; charset=utf-8"
    case .mermaid: "text/vnd.mermaid; charset=utf-8"
    }
  }
}
