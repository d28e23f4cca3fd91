/// How a picture of a map is to look.
package struct MapStyle: Hashable, Sendable {
  package var ground: Ground
  package var sizing: Sizing

  package init(ground: Ground = .auto, sizing: Sizing = .traffic) {
    self.ground = ground
    self.sizing = sizing
  }

  package enum Ground: String, CaseIterable, Sendable {
    case light, dark
    /// An SVG follows the system of whoever looks at it; anything else is light.
    case auto
  }

  /// What makes a node's name larger and an edge wider.
  package enum Sizing: String, CaseIterable, Sendable {
    /// The requests that a node served, the calls of an edge.
    case traffic
    /// The p99.
    case latency
    /// All are alike.
    case even = "none"
  }
}
